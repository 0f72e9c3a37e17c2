"""Serve a room in which everybody votes in silence, then sees the results.

A small web server beside one session. What a room *is*, replayed from the session's events, is in
`session/voting.py`; what may be *done* in it is in `commands.py` (each action checks, writes, and
is refused with a reason for a person); what can be put to the vote is in `forms/polls.py`.
`writer.py` is the one thread that writes. The pages are forms that work without a script;
`static/room.js` only refreshes them. The server can run no code and opens no file but the
session's.

To add a page: a function in `pages.py` or `console.py` that returns
`room_state.page("its-template.html", …)`, the template in `templates/`, its words in
`content/words/room.yaml` (a template asks for them with `word("its-key")`). A page that changes
something is a form with `form_token()` in it, posted to a route that passes an action to
`room_state.do`. Nothing that a participant's page or the wall shows may depend on what was
voted before `revealed`: `Voting` gives out no choice before that, so build pages from it.
"""

from workshop.room.app import create_app

__all__ = ["create_app"]
