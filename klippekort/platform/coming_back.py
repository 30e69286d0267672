"""Where somebody was going who had to log in first: only ever a citizen opened by the care record.

What is kept is what the care record calls her, never an address, in the signed cookie of the forms;
it holds for ten minutes, and is gone when somebody logs out or locks the tablet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import session, url_for

from klippekort.domain.permissions import Action, Role, scope_of
from klippekort.domain.record_refs import is_fit, written
from klippekort.platform import clock

HOLDS_FOR = timedelta(minutes=10)
_NAME = "going_to"


def keep(ref: str) -> None:
    """Remember whom to open after the log-in; what can be nobody's reference is not kept."""
    session.pop(_NAME, None)
    if is_fit(written(ref)):
        session[_NAME] = [written(ref), (clock.now() + HOLDS_FOR).timestamp()]


def take(role: Role) -> str | None:
    """Return the address that somebody who has just logged in was going to, and forget it.

    None where there is none, where it was too long ago, or where the role opens no citizens.
    """
    ref, holds_until = session.pop(_NAME, None) or ("", 0)
    if not ref or clock.now().timestamp() > holds_until:
        return None
    return url_for("trips.open_ref", ref=ref) if scope_of(role, Action.FIND_CITIZEN) else None


@contextmanager
def kept() -> Iterator[None]:
    """Keep it through a clearing of the cookie."""
    going_to = session.get(_NAME)
    yield
    if going_to is not None:
        session[_NAME] = going_to
