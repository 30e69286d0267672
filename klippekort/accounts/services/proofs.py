"""Each time somebody shows who they are, and each time it fails, as a line of the record.

An account stands above the municipalities: the line stands in each where it has a role. No secret
and no address is in it. Whom nobody knows is no line, but is counted in the log.
"""

import logging
from uuid import UUID

from klippekort.accounts import queries
from klippekort.accounts.models import RoleAssignment
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.platform import audit
from klippekort.platform.tenancy import acting_for

log = logging.getLogger(__name__)

LOG_IN, CONFIRM, OWN_LOG_IN = "log_in", "confirm", "own_log_in"
"""What for: to get in, to show once more who one is before a grave act, to change one's own."""
WRONG = "wrong"


def note_proof(account_id: UUID, method: str, *, purpose: str = LOG_IN) -> None:
    """Put on record, in the transaction at hand, that an account's owner has shown who they are.

    `method` is `password`, `pin`, `code`, `link`, `passkey` or `totp`.
    """
    _note(account_id, purpose, method=method)


def note_refused(account_id: UUID, method: str, *, purpose: str = LOG_IN) -> None:
    """Put on record, in the transaction at hand, that somebody failed to show they are this one."""
    _note(account_id, purpose, method=method, refused=WRONG)


def note_means(account_id: UUID, change: str) -> None:
    """Put on record, in the transaction at hand, what a person changed of what lets them in:
    a code such as `passkey_made`.
    """
    _note(account_id, OWN_LOG_IN, change=change)


def count_unknown(method: str) -> None:
    """Count in the log that nobody was let in, for nobody here is known by what was said."""
    log.warning("log-in by %s refused: unknown", method)


def count_unread(method: str) -> None:
    """Count in the log a try that was not even read, for the account has to wait, or has no such
    secret, or the page was answered before: lines for those would let anybody fill the record.
    """
    log.warning("log-in by %s refused: unread", method)


def _note(account_id: UUID, purpose: str, **details: str) -> None:
    homes: dict[int, RoleAssignment] = {}
    for held in queries.list_assignments(account_id):
        homes.setdefault(held.municipality_id, held)
    for home, held in homes.items():
        role = Role(held.role)
        whom = (held.person_id,) if role is Role.CITIZEN and held.person_id else ()
        with acting_for(home), audit.naming_support(held.support_id):
            audit.record(
                Actor(home, role, account_id),
                Action.LOG_IN,
                "account",
                account_id,
                citizens=whom,
                purpose=purpose,
                **details,
            )
