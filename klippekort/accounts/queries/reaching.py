"""How people with accounts are reached: by the e-mail they log in with."""

from sqlalchemy import select

from klippekort.accounts.models import Account, Identity
from klippekort.accounts.queries import ACCOUNT, EMAIL, LOCAL
from klippekort.domain.messages.channels import Address
from klippekort.messages.queries import Reachable, ReachFor, Recipient
from klippekort.platform.db import db


def how_reached(question: ReachFor) -> list[Reachable]:
    """Return the names and e-mails of those of the people asked for who have an account."""
    ids = question.ids(ACCOUNT)
    if not ids:
        return []
    rows = db.session.execute(
        select(Account.id, Account.display_name, Identity.subject)
        .outerjoin(
            Identity,
            (Identity.account_id == Account.id) & Identity.issuer.in_((LOCAL, EMAIL)),
        )
        .where(Account.id.in_(ids))
    )
    return [
        Reachable(Recipient(ACCOUNT, row.id), row.display_name, Address(email=row.subject))
        for row in rows
    ]
