"""The room: everybody votes alone and in silence, then sees where the room disagrees.

A small web server of its own beside one session. What a room *is* stands in `session/voting.py`
(replayed from the session's events), what may be *done* in it in `commands.py` (each act checks,
writes, and is refused with words for a person), what can be put to the vote in `forms/polls.py`.
`writer.py` is the one thread that writes. The pages are forms that work without a script;
`static/room.js` only makes them follow by themselves. The server can run no code and opens no file
but the session's.

To add a page: a function in `pages.py` or `console.py` that returns
`room.page("its-template.html", …)`, the template in `templates/`, its words in
`content/words/room.yaml` (a template asks for them with `word("its-key")`). A page that changes
something is a form with `form_token()` in it, posted to a route that hands an act to `room.do`.
Nothing that a participant's page or the projector shows may depend on what was voted before
`revealed`: `Voting` gives out no choice before that, so build pages from it.
"""

from workshop.room.app import create_app

__all__ = ["create_app"]
