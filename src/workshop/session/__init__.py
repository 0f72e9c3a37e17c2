"""The session: what a team told, kept as events that are appended and never changed.

One SQLite file holds one session. Its state is replayed from its events, so a crash loses at most
what was not yet said to be saved, and who changed what and when is always known.

To keep something new, append an event of a kind of its own with `Session.note`; to let it change
the answers, give it a branch in `State.apply`. A change of the tables needs the next number in
`FORMAT` and a function in `UPGRADES`.
"""

from workshop.session.session import Change, Session
from workshop.session.store import Event, SessionError

__all__ = ["Change", "Event", "Session", "SessionError"]
