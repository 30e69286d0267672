"""How a relative gets in: by invitation at first, by a link or a code of her own later on."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.accounts.queries import (
    find_account_by,
    find_identity,
    find_open_account,
    list_assignments,
)
from klippekort.accounts.queries.telephones import keep_subject
from klippekort.accounts.services.proofs import note_proof
from klippekort.accounts.services.secrets import CODE
from klippekort.citizens.queries import get_citizen, lock_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.channels import Purpose as Told
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.domain.relatives import (
    CannotBeSent,
    NoProxyStands,
    NotConfirmed,
    NoWayIn,
    TooManyTickets,
)
from klippekort.messages.queries import RELATIVE, Recipient
from klippekort.messages.services import can_mail, can_text, mail_now, text_now
from klippekort.messages.services.settings import choose_channels
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _, reader_language, speaking_to
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for, current_municipality
from klippekort.relatives.models import Relative, SignInTicket
from klippekort.relatives.queries.relatives import (
    Kin,
    get_relative,
    kin_in,
    language_of,
    lock_relative,
    name_of,
    standing_of,
)
from klippekort.relatives.services.common import authorise_giving, note
from klippekort.relatives.services.tickets import (
    ALOUD,
    EMAIL,
    INVITE,
    LOG_IN,
    SMS,
    Ticket,
    address_index,
    is_open,
    lock_ticket,
    make_ticket,
)

BY_EMAIL, BY_PHONE = "relative-email", "relative-phone"
LinkTo = Callable[[str], str]


def invite(
    actor: Actor,
    relative_id: UUID,
    channel: str,
    *,
    link_to: LinkTo,
    code: str | None = None,
    now: datetime,
) -> str:
    """Send a relative a one-time link by e-mail, or a code by text; or let `code` be read aloud.

    Returns the relative's id. Earlier invitations work no longer. Raises NotConfirmed before
    somebody has said how they know her, NoProxyStands, NoWayIn, CannotBeSent, TooManyTickets,
    Forbidden and NotFound.
    """
    citizen = lock_citizen(get_relative(relative_id).citizen_id)
    authorise_giving(actor, citizen, local_day(now))
    row = lock_relative(relative_id)
    kin = kin_in(citizen, [row])[0]
    if row.confirmed_at is None:
        raise NotConfirmed
    if not _may_come(kin, now):
        raise NoProxyStands
    address = _address(kin, channel)
    ticket = make_ticket(INVITE, channel, address, relative_id=relative_id, code=code, now=now)
    to = Recipient(RELATIVE, relative_id)
    with speaking_to(_reads(actor, row, address)):
        if channel == EMAIL:
            text = _invitation(citizen.first_name, link_to(ticket.secret))
            _mail(to, address, text, ticket, now)
        elif channel == SMS:
            said = _(
                "You may help %(name)s on Klippekort. Your code is %(code)s. Open %(link)s",
                name=citizen.first_name,
                code=ticket.secret,
                link=link_to(""),
            )
            text_now(to, address, str(said), now=now, late_at=ticket.expires_at)
    note(actor, row, "invite", by=channel)
    return str(relative_id)


def _reads(actor: Actor, row: Relative, address: str) -> str | None:
    """Return the language an invitation is written in: what she has chosen, by whichever log-in the
    address is known by; else what the citizen who invites her reads, and from staff Danish.
    """
    account_id = row.account_id or find_open_account(address, issuer=_issuer(address))
    chosen = language_of(account_id) if account_id else None
    return chosen or (reader_language().code if actor.role is Role.CITIZEN else None)


def _may_come(kin: Kin, now: datetime) -> bool:
    """Say whether a proxy stands, or begins later on."""
    held, today = kin.standing.proxy, local_day(now)
    if held is None or kin.standing.is_stopped:
        return False
    return held.until_on is None or held.until_on >= today


def _address(kin: Kin, channel: str) -> str:
    can = {EMAIL: can_mail(), SMS: can_text(), ALOUD: True}[channel]
    address = {EMAIL: kin.email, SMS: kin.phone, ALOUD: kin.phone or kin.email}[channel]
    if address is None:
        raise NoWayIn
    if not can:
        raise CannotBeSent
    return address


def _invitation(first_name: str, link: str) -> str:
    return str(
        _(
            "You may now help %(name)s on Klippekort.\n\nOpen this link within seven days. "
            "It works once, and it is for you alone.\n\n%(link)s\n\n"
            "Did you not expect this? Then do nothing.",
            name=first_name,
            link=link,
        )
    )


def _mail(to: Recipient, email: str, text: str, ticket: Ticket, now: datetime) -> None:
    mail_now(to, email, text, now=now, late_at=ticket.expires_at)


def ask_way_in(address: str, *, link_to: LinkTo, now: datetime) -> None:
    """Send a link or a code to a phone (E.164) or an e-mail, if a relative logs in with it.

    Whether anybody does is told to nobody. Three an hour and ten a day are sent at most.
    """
    account_id = find_open_account(address, issuer=_issuer(address))
    held = _held(account_id)[:1] if account_id else []
    for one in held:
        with acting_for(one.municipality_id):
            _send_way_in(one.account_id, address, link_to, now)


def _send_way_in(account_id: UUID, address: str, link_to: LinkTo, now: datetime) -> None:
    channel = EMAIL if "@" in address else SMS
    mine = select(Relative.id).filter_by(account_id=account_id).order_by(Relative.id).limit(1)
    relative_id = db.session.scalars(mine).first()
    if relative_id is None or not (can_mail() if channel == EMAIL else can_text()):
        return
    try:
        ticket = make_ticket(LOG_IN, channel, address, account_id=account_id, now=now)
    except TooManyTickets:
        return
    to = Recipient(RELATIVE, relative_id)
    with speaking_to(language_of(account_id) or reader_language().code):
        text = _way_in_words(channel, ticket.secret, link_to)
    if channel == EMAIL:
        _mail(to, address, text, ticket, now)
    else:
        text_now(to, address, text, now=now, late_at=ticket.expires_at)
    actor = Actor(current_municipality(), Role.SYSTEM)
    audit.record(actor, Action.LET_RELATIVE_IN, "account", account_id, what="asked", by=channel)


def _way_in_words(channel: str, secret: str, link_to: LinkTo) -> str:
    if channel == SMS:
        said = _("Your code for Klippekort is %(code)s. It holds for 15 minutes.", code=secret)
        return str(said)
    said = _(
        "Here is your link to Klippekort. It works once, for 30 minutes.\n\n%(link)s\n\n"
        "Did you not ask for it? Then do nothing.",
        link=link_to(secret),
    )
    return str(said)


def come_in(ticket_id: UUID, *, now: datetime, as_account: UUID | None = None) -> list[str] | None:
    """Spend a ticket, and return the account that comes in, and which kind of ticket it was.

    None when it works no longer. An invitation is taken by whoever logs in with that address, else
    by `as_account`, who is logged in as a relative already, else by a log-in made for it.
    """
    ticket = lock_ticket(ticket_id)
    if ticket is None or not is_open(ticket, now):
        return None
    with acting_for(ticket.municipality_id):
        is_invited = ticket.kind == INVITE
        account_id = _join(ticket, as_account, now) if is_invited else _known(ticket)
    if account_id is None:
        return None
    ticket.used_at = now
    db.session.flush()
    if not is_invited:  # that she has joined is on record as such
        note_proof(account_id, "link" if ticket.channel == EMAIL else CODE)
    return [str(account_id), ticket.kind]


def _known(ticket: SignInTicket) -> UUID | None:
    """Return the account that asked to log in, while it is open and has a part here."""
    account = db.session.get(Account, ticket.account_id)
    if account is None or account.closed_at is not None:
        return None
    here = [one for one in _held(account.id) if one.municipality_id == ticket.municipality_id]
    return account.id if here else None


def _held(account_id: UUID) -> list[RoleAssignment]:
    return [one for one in list_assignments(account_id) if one.role == Role.RELATIVE]


def _join(ticket: SignInTicket, as_account: UUID | None, now: datetime) -> UUID | None:
    """Let whoever holds an invitation in, while the proxy it is for stands."""
    if ticket.relative_id is None:
        return None
    row = get_relative(ticket.relative_id)
    citizen = lock_citizen(row.citizen_id)
    row = lock_relative(row.id)
    kin = kin_in(citizen, [row])[0]
    address = _sent_to(kin, ticket)
    if address is None or not _may_come(kin, now) or is_gone(citizen.id):
        return None
    account_id = _account_for(address, name_of(citizen, row), as_account, now)
    if account_id is None:
        return None
    row.account_id, row.joined_at = account_id, row.joined_at or now
    db.session.flush()
    actor = Actor(ticket.municipality_id, Role.SYSTEM, account_id)
    _tell_by(actor, row, ticket.channel, now)
    audit.record(
        actor,
        Action.LET_RELATIVE_IN,
        "relative",
        row.id,
        citizens=[row.citizen_id],
        what="joined",
        by=ticket.channel,
    )
    return account_id


def _sent_to(kin: Kin, ticket: SignInTicket) -> str | None:
    """Return the address a ticket was sent to, while it is still hers."""
    known = [one for one in (kin.email, kin.phone) if one]
    return next((one for one in known if address_index(one) == ticket.sent_to), None)


def _issuer(address: str) -> str:
    return BY_EMAIL if "@" in address else BY_PHONE


def _account_for(address: str, name: str, as_account: UUID | None, now: datetime) -> UUID | None:
    """Return the account that is known by an address, made where there is none; None where it is
    closed.
    """
    issuer, subject = _issuer(address), address.strip().casefold()
    known = find_account_by(issuer, subject)
    if known is not None:
        account = db.session.get(Account, known)
        if account is None or account.closed_at is not None:
            return None
        account_id = known
    else:
        account_id = as_account or _open(name, now)
        _be_known(account_id, issuer, subject)
    here = current_municipality()
    if not any(one.municipality_id == here for one in _held(account_id)):
        role = RoleAssignment(account_id=account_id, municipality_id=here, role=Role.RELATIVE)
        db.session.add(role)
        db.session.flush()
    return account_id


def _be_known(account_id: UUID, issuer: str, subject: str) -> None:
    """Let an account be known by an address; one of the kind that it had before stays hers."""
    if find_identity(account_id, issuer) is None:
        row = Identity(id=new_id(), account_id=account_id, issuer=issuer)
        keep_subject(row, subject)
        db.session.add(row)
        db.session.flush()


def _open(name: str, now: datetime) -> UUID:
    account = Account(id=new_id(), display_name=name, created_at=now)
    db.session.add(account)
    db.session.flush()
    return account.id


def _tell_by(actor: Actor, row: Relative, channel: str, now: datetime) -> None:
    """Write to her by the way she came in, until she chooses another."""
    chosen = {EMAIL: Channel.EMAIL, SMS: Channel.SMS}.get(channel)
    if chosen is None:
        return
    wanted = dict.fromkeys((Told.REMINDER, Told.CHANGES, Told.LAPSE), chosen)
    choose_channels(actor, Recipient(RELATIVE, row.id), wanted, now=now)


def invited_for(ticket: SignInTicket, *, now: datetime) -> str | None:
    """Return the first name of whom an invitation is about, or None when it works no longer."""
    if ticket.relative_id is None or not is_open(ticket, now):
        return None
    with acting_for(ticket.municipality_id):
        row = get_relative(ticket.relative_id)
        held = standing_of(row.id)
        is_over = held.proxy is None or held.is_stopped
        return None if is_over else get_citizen(row.citizen_id).first_name
