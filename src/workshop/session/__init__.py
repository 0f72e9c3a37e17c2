"""Keep a team's answers and votes as events that are appended, never changed.

One session is a SQLite file, or a schema of a PostgreSQL database. Its state is computed from its
events each time it is opened: if a program stops in the middle, only what was not shown as saved
can be missing, and who changed what and when is always known.

To keep something new, append an event of its own kind with `Session.note`; to let it change the
answers, add a branch to `State.apply`. A change of the tables needs the next number in `FORMAT` and
a function in `UPGRADES` of `session.py`.
"""

from workshop.session.postgresql import is_server, shown
from workshop.session.session import Change, Session
from workshop.session.store import Event, Serving, SessionError

__all__ = ["Change", "Event", "Serving", "Session", "SessionError", "is_server", "shown"]
