"""Links to log in with once, by e-mail, for those who see nothing of the citizens' affairs.

A link works for a quarter of an hour, in the browser that asked for it. A mail program that looks
at it beforehand uses nothing up: a button does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.accounts import queries
from klippekort.accounts.services.codes import is_only_by_code
from klippekort.accounts.services.proofs import note_proof
from klippekort.accounts.services.steps import LASTS, StepKind, begin_step, take_step
from klippekort.domain.messages.channels import Address, Channel
from klippekort.messages.queries import Recipient
from klippekort.messages.queries.deliveries import urgent_since
from klippekort.messages.services.telling import new_delivery
from klippekort.platform.gateways import mail_server
from klippekort.platform.i18n import _
from klippekort.platform.keys import new_secret
from klippekort.platform.tenancy import acting_for

MOST_AN_HOUR = 3


def can_mail() -> bool:
    """Say whether there is a mail server."""
    return mail_server() is not None


def find_by_email(email: str) -> UUID | None:
    """Return the open account that this e-mail, and a link alone, may log in; or None."""
    account_id = queries.find_open_account(email)
    account_id = account_id or queries.find_open_account(email, issuer=queries.EMAIL)
    return account_id if account_id is not None and is_only_by_code(account_id) else None


def send_link(
    account_id: UUID, email: str, *, address: Callable[[str], str], browser: str, now: datetime
) -> bool:
    """Send a link to whoever has asked for it, and say whether it was: three an hour at most.

    `address` makes the page's address of the link's secret.
    """
    to = Recipient(queries.ACCOUNT, account_id)
    home = queries.list_open_roles(account_id, now)[0].municipality_id
    with acting_for(home):
        if urgent_since(to, now - timedelta(hours=1)) >= MOST_AN_HOUR:
            return False
        secret = new_secret()
        begin_step(StepKind.LINK, secret=secret, browser=browser, account_id=account_id, now=now)
        text = _(
            "Log in to Klippekort here: %(link)s\n\nThe link works once, for 15 minutes, on the "
            "computer or telephone where you asked for it. Have you not asked? Then do nothing.",
            link=address(secret),
        )
        late_at = now + LASTS[StepKind.LINK]
        new_delivery(
            to,
            Channel.EMAIL,
            Address(email=email),
            str(text),
            now=now,
            late_at=late_at,
            is_urgent=True,
        )
    return True


def open_link(secret: str, *, browser: str, now: datetime) -> str | None:
    """Return the account a link logs in, and use the link up; None for one that does not work."""
    step = take_step(StepKind.LINK, secret, now=now, browser=browser)
    if step is None or step.account_id is None or not queries.is_open(step.account_id):
        return None
    # Meanwhile the account may have been given a role that a link is too weak for.
    if not is_only_by_code(step.account_id):
        return None
    note_proof(step.account_id, "link")
    return str(step.account_id)
