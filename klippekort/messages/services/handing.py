"""Handing a message to whoever sends it, outside any transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from klippekort.domain.errors import NotFound
from klippekort.domain.messages.channels import Purpose
from klippekort.messages.models import MessageDelivery
from klippekort.messages.queries import deliveries as queries
from klippekort.messages.queries import devices
from klippekort.messages.queries.people import (
    CITIZEN,
    VOLUNTEER,
    Home,
    PersonNumberOf,
    Reachable,
    Recipient,
    home,
    owners_of,
    people,
)
from klippekort.messages.queries.settings import get_rules
from klippekort.messages.services.wording import KINDS, NOTICES
from klippekort.platform import pdf
from klippekort.platform.events import ask
from klippekort.platform.formatting import full_day
from klippekort.platform.gateways import (
    NotNow,
    Outgoing,
    Refused,
    digital,
    digital_post,
    mail,
    mail_server,
    push,
    sms,
    text_gateway,
    voice,
    voice_gateway,
)
from klippekort.platform.i18n import _, html_lang, speaking_to
from klippekort.platform.keys import keys
from klippekort.platform.loose_pages import page_without_request


@dataclass(frozen=True)
class Handed:
    """What came of handing a message over: the gateway's name for it, and devices that are gone.

    `trouble` is set where it was not taken: Refused or NotNow, as a gateway raises them.
    """

    reference: str = ""
    gone: tuple[UUID, ...] = ()
    trouble: NotNow | Refused | None = None


@dataclass(frozen=True)
class Letter:
    """What Digital Post needs besides the words; `language` is the one its reader has chosen."""

    lines: tuple[str, ...]
    cvr: str
    home: Home
    queued_at: datetime
    language: str | None


@dataclass(frozen=True)
class Load:
    """A message with all that its channel needs, read while its row was locked."""

    delivery_id: UUID
    channel: str
    outgoing: Outgoing
    letter: Letter | None = None
    devices: tuple[push.Device, ...] = ()
    notice: dict[str, str] = field(default_factory=dict)


def load(row: MessageDelivery, text: str) -> Load:
    """Return a delivery with all that its channel needs."""
    key, sender = f"{row.municipality_id}.{row.id}", home()
    address = queries.address_of(row)
    told = queries.lock_told(row.id)
    outgoing = Outgoing(
        key,
        address[0] if address else "",
        text,
        sender.name,
        any(KINDS[one.kind].asks for one in told if one.kind in KINDS),
        _person_number(row),
    )
    if row.channel not in ("digital", "push"):
        return Load(row.id, row.channel, outgoing)
    to = Recipient(row.recipient_kind, row.recipient_id)
    person = people([to]).get(to)
    language = person.language if person else None
    if row.channel == "digital":
        letter = Letter(tuple(address), get_rules().cvr or "", sender, row.queued_at, language)
        return Load(row.id, row.channel, outgoing, letter)
    purposes = [Purpose(one.purpose) for one in told if one.purpose]
    with speaking_to(language):
        notice = _notice(row, purposes[0] if purposes else Purpose.CHANGES)
    return Load(row.id, row.channel, outgoing, devices=_devices(to, person), notice=notice)


def hand_over(ready: Load, now: datetime) -> Handed:
    """Give a message to whoever sends it; `now` is what the clock on the wall says."""
    try:
        return _SEND[ready.channel](ready, now)
    except (NotNow, Refused) as trouble:
        return Handed(trouble=trouble)


def seen_token(row: MessageDelivery) -> str:
    """Return what a device shows to tell that a notice has come up on it."""
    mac = keys().blind_index(row.municipality_id, f"seen|{row.id}")[:40]
    return f"{row.municipality_id}.{row.id}.{mac}"


def _notice(row: MessageDelivery, purpose: Purpose) -> dict[str, str]:
    return {
        "title": "Klippekort",
        "body": str(NOTICES[purpose]),
        "lang": html_lang(),
        "url": "/om-mig/beskeder" if row.recipient_kind == VOLUNTEER else "/",
        "seen": seen_token(row),
    }


def _devices(to: Recipient, person: Reachable | None) -> tuple[push.Device, ...]:
    owners = owners_of(person) if person else {(to.kind, to.id)}
    return tuple(devices.opened(row) for row in devices.devices_of(owners))


def _person_number(row: MessageDelivery) -> str:
    if row.channel != "digital" or row.recipient_kind != CITIZEN:
        return ""
    found: list[str] = ask(PersonNumberOf(row.recipient_id))
    return found[0] if found else ""


def _text(ready: Load, _now: datetime) -> Handed:
    gateway = text_gateway()
    return Handed(sms.send(gateway, ready.outgoing)) if gateway else _nothing()


def _mail(ready: Load, _now: datetime) -> Handed:
    server = mail_server()
    return Handed(mail.send(server, ready.outgoing)) if server else _nothing()


def _voice(ready: Load, _now: datetime) -> Handed:
    gateway = voice_gateway()
    return Handed(voice.send(gateway, ready.outgoing)) if gateway else _nothing()


def _push(ready: Load, now: datetime) -> Handed:
    if not ready.devices:
        raise Refused("no_device")
    came = push.send(ready.devices, ready.outgoing.key, ready.notice, now)
    gone = tuple(UUID(one) for one in came.gone)
    if came.taken:
        return Handed(gone=gone)
    is_over = len(gone) == len(ready.devices)
    return Handed(gone=gone, trouble=(Refused if is_over else NotNow)(came.trouble))


def _digital(ready: Load, _now: datetime) -> Handed:
    place, letter = digital_post(), ready.letter
    if place is None or letter is None:
        return _nothing()
    if not ready.outgoing.person_number or not letter.cvr:
        raise Refused("no_number")
    try:
        with speaking_to(letter.language):
            label = str(_("A message from %(home)s", home=letter.home.name))
            drawn = pdf.render(_page(ready.outgoing.text, letter))
    except pdf.PdfUnavailable as error:
        raise NotNow("no_pdf") from error
    package = digital.Package(
        id=ready.delivery_id,
        label=label,
        sender_number=letter.cvr,
        sender_name=letter.home.name,
        person_number=ready.outgoing.person_number,
        document=drawn,
        made_at=letter.queued_at,
    )
    return Handed(digital.send(place, ready.outgoing.key, package))


def _page(text: str, letter: Letter) -> str:
    shown = {"lines": letter.lines, "said": text.splitlines(), "day": full_day(letter.queued_at)}
    sender = {"name": letter.home.name, "phone": "", "phone_hours": ""}
    drawn = page_without_request("messages/paper_letter.html", letter=shown, municipality=sender)
    # What the template has escaped.
    letters = [Markup(drawn)]  # noqa: S704
    return page_without_request("messages/paper_letters.html", letters=letters)


def _nothing() -> Handed:
    raise NotNow("no_gateway")


_SEND: dict[str, Callable[[Load, datetime], Handed]] = {
    "sms": _text,
    "email": _mail,
    "voice": _voice,
    "push": _push,
    "digital": _digital,
}


def check_seen(token: str) -> tuple[int, UUID]:
    """Return which delivery a device has shown, and whose. Raises NotFound for what is not ours."""
    home_id, _dot, rest = token.partition(".")
    delivery_id, _dot, mac = rest.partition(".")
    try:
        row_id, home_number = UUID(delivery_id), int(home_id)
    except ValueError as error:
        raise NotFound from error
    if keys().blind_index(home_number, f"seen|{row_id}")[:40] != mac:
        raise NotFound
    return home_number, row_id
