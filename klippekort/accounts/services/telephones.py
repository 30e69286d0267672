"""Sealing the telephone numbers that people log in with."""

from sqlalchemy import select

from klippekort.accounts.models import Identity
from klippekort.accounts.queries import find_account_by
from klippekort.accounts.queries.telephones import identities_in_clear, keep_subject
from klippekort.platform.db import db

AT_ONCE = 200


def seal_log_ins() -> int:
    """Seal some of the numbers to log in with that stand in clear, and return how many.

    One that somebody else logs in with already, sealed, is taken away.
    """
    wanted = select(Identity).where(Identity.id.in_(identities_in_clear(AT_ONCE)))
    rows = db.session.scalars(wanted.order_by(Identity.id).with_for_update()).all()
    for row in rows:
        if find_account_by(row.issuer, row.subject) == row.account_id:
            keep_subject(row, row.subject)
        else:
            db.session.delete(row)
    return len(rows)
