"""What a municipality sets up: the words it may use, instruments of its own, what it asks when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.domain.errors import NotFound
from klippekort.domain.instruments import read
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.measures.models import InstrumentWording, MeasureSettings, OwnInstrument
from klippekort.measures.queries import catalogue as queries
from klippekort.measures.services.errors import KnownAlready, WordsMissing
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

LONGEST_FILE = 64 * 1024


@dataclass(frozen=True)
class Words:
    """The words of an instrument: what is said first, its questions, and its answers, lowest first.

    `may_use` says how the municipality came by the right to them.
    """

    items: tuple[str, ...]
    answers: tuple[str, ...]
    may_use: str
    lead: str = ""


def write_words(actor: Actor, key: str, language: str, words: Words, *, now: datetime) -> str:
    """Write the words of an instrument in a language anew, and return its key.

    Raises WordsMissing where there are not as many as the instrument has, NotFound, Forbidden.
    """
    authorise(actor, Action.SET_UP_MEASURES)
    instrument = queries.get_instrument(key)
    counts = (len(words.items), len(words.answers))
    if counts != (instrument.items, len(instrument.answers)) or not words.may_use.strip():
        raise WordsMissing
    if not all(one.strip() for one in (*words.items, *words.answers)):
        raise WordsMissing
    row = queries.lock_wording(instrument, language)
    if row is None:
        row = InstrumentWording(
            id=new_id(), instrument=instrument.id, version=instrument.version, language=language
        )
        db.session.add(row)
    row.lead, row.items, row.answers = words.lead, list(words.items), list(words.answers)
    row.may_use, row.written_at, row.written_by = words.may_use, now, actor.account_id
    db.session.flush()
    audit.record(actor, Action.SET_UP_MEASURES, "instrument", row.id, key=key, language=language)
    return key


def add_instrument(actor: Actor, text: str, *, now: datetime) -> str:
    """Add an instrument of the municipality's own from a TOML text, and return its key.

    Raises InstrumentFault with the key that is wrong, KnownAlready, Forbidden.
    """
    authorise(actor, Action.SET_UP_MEASURES)
    found = read(text)
    if found.key in queries.instruments():
        raise KnownAlready
    row = OwnInstrument(
        id=new_id(),
        instrument=found.id,
        version=found.version,
        definition=text,
        added_at=now,
        added_by=actor.account_id,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.SET_UP_MEASURES, "instrument", row.id, key=found.key)
    return found.key


def set_moments(
    actor: Actor,
    *,
    at_start: Sequence[str],
    at_end: Sequence[str],
    owner_id: UUID | None,
) -> None:
    """Set which instruments are asked at the start and at the end, and who follows up a low score.

    Raises NotFound for an instrument that is none, Forbidden.
    """
    authorise(actor, Action.SET_UP_MEASURES)
    known = queries.instruments()
    if any(key not in known for key in (*at_start, *at_end)):
        raise NotFound
    row = queries.find_settings()
    if row is None:
        row = MeasureSettings(id=new_id())
        db.session.add(row)
    row.at_start, row.at_end, row.owner_id = list(at_start), list(at_end), owner_id
    db.session.flush()
    audit.record(
        actor,
        Action.SET_UP_MEASURES,
        "measure_settings",
        row.id,
        at_start=list(at_start),
        at_end=list(at_end),
    )
