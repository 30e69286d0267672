"""What is new, changed and cancelled, as an Atom feed (RFC 4287)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from klippekort.platform.formatting import first_up, moment
from klippekort.platform.i18n import _
from klippekort.programme.queries.listed import Listed
from klippekort.programme.views.words import (
    address_words,
    cancelled_words,
    place_words,
    plain,
)

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 50


@dataclass(frozen=True)
class Entry:
    """One thing to tell. Its id is that of the activity or the date: it stays when it changes."""

    id: UUID
    activity_id: UUID
    title: str
    text: str
    updated_at: datetime


def entries(dates: Iterable[Listed]) -> list[Entry]:
    """Return what there is to tell, the latest first: each activity with its next date, once
    more when its rule has moved dates, and each date that is cancelled or was changed alone.
    """
    dates = list(dates)
    told: dict[UUID, Entry] = {}
    for one in dates:
        if one.activity_id not in told and one.decided_at is not None and not one.is_cancelled:
            told[one.activity_id] = _activity(one, one.decided_at)
        if one.is_cancelled or one.changed_at is not None:
            told[one.id] = _date(one)
    for one in _moved(dates):
        told.setdefault(_moved_id(one), _whole_series(one))
    return sorted(told.values(), key=lambda entry: (entry.updated_at, entry.id), reverse=True)[
        :MOST_ENTRIES
    ]


def feed(found: Iterable[Entry], *, name: str, slug: str, addresses: "Addresses") -> bytes:
    """Return a whole feed; one without entries was last updated when time began."""
    told = list(found)
    # Said in so many words: prefixes are kept for the whole process, and other libraries set them.
    whole = Element("feed", {"xmlns": ATOM, "xml:lang": "da"})
    updated = max((entry.updated_at for entry in told), default=datetime(1970, 1, 1, tzinfo=UTC))
    # The address of the programme may move to another host; the slug never changes.
    own_id = uuid5(NAMESPACE_URL, f"klippekort:{slug}/nyt")
    _fill(whole, own_id, _("What is on in %(name)s", name=name), updated, addresses.page)
    SubElement(whole, "link", {"rel": "self", "href": addresses.feed})
    SubElement(SubElement(whole, "author"), "name").text = name
    for entry in told:
        part = SubElement(whole, "entry")
        url = addresses.of_activity[entry.activity_id]
        _fill(part, entry.id, entry.title, entry.updated_at, url)
        SubElement(part, "summary", {"type": "text"}).text = plain(entry.text)
    drawn: bytes = tostring(whole, encoding="utf-8", xml_declaration=True)
    return drawn


@dataclass(frozen=True)
class Addresses:
    """Where the feed lies, the page it is the feed of, and the page of each activity in it."""

    feed: str
    page: str
    of_activity: dict[UUID, str]


def _fill(part: Element, own_id: UUID, title: str, updated_at: datetime, url: str) -> None:
    """Give a feed or an entry what each must have."""
    SubElement(part, "id").text = f"urn:uuid:{own_id}"
    SubElement(part, "title").text = plain(title)
    at = updated_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    SubElement(part, "updated").text = at
    SubElement(part, "link", {"rel": "alternate", "type": "text/html", "href": url})


def _activity(one: Listed, decided_at: datetime) -> Entry:
    title = _("New: %(title)s", title=one.title)
    parts = (_when(one), _where(one), one.description)
    return Entry(one.activity_id, one.activity_id, title, _lines(parts), decided_at)


def _date(one: Listed) -> Entry:
    said = _("Cancelled: %(title)s") if one.is_cancelled else _("Changed: %(title)s")
    why = cancelled_words(one) if one.is_cancelled else ""
    parts = (_when(one), why, one.note, _where(one))
    return Entry(
        one.id, one.activity_id, said % {"title": one.title}, _lines(parts), one.touched_at
    )


def _moved(dates: Iterable[Listed]) -> list[Listed]:
    """Return the dates that a change of their activity's rule moved, the latest moved first."""
    found = [
        one
        for one in dates
        if one.sequence and one.changed_at is None and not one.is_cancelled and one.revised_at
    ]
    return sorted(found, key=lambda one: (-one.touched_at.timestamp(), one.starts_at))


def _moved_id(one: Listed) -> UUID:
    return uuid5(one.activity_id, "times")


def _whole_series(one: Listed) -> Entry:
    title = _("Changed: %(title)s", title=one.title)
    text = _lines((_when(one), _where(one), one.note))
    return Entry(_moved_id(one), one.activity_id, title, text, one.touched_at)


def _when(one: Listed) -> str:
    return first_up(moment(one.starts_at))


def _where(one: Listed) -> str:
    return ", ".join(part for part in (place_words(one), address_words(one)) if part)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
