"""Reading the instruments there are, their wording, and what is asked when."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.domain.instruments import Instrument, read, shipped
from klippekort.measures.models import InstrumentWording, MeasureSettings, OwnInstrument
from klippekort.platform.db import db


@dataclass(frozen=True)
class Settings:
    """Which instruments are asked at the start and at the end, by key, and who follows up."""

    at_start: tuple[str, ...] = ()
    at_end: tuple[str, ...] = ()
    owner_id: UUID | None = None


def instruments() -> dict[str, Instrument]:
    """Return every instrument by its key: those that came along, then the municipality's own."""
    own = db.session.scalars(
        select(OwnInstrument).order_by(OwnInstrument.instrument, OwnInstrument.version)
    )
    added = (read(row.definition) for row in own)
    return {**shipped(), **{one.key: one for one in added}}


def get_instrument(key: str) -> Instrument:
    """Return an instrument. Raises NotFound."""
    found = instruments().get(key)
    if found is None:
        raise NotFound
    return found


def find_wording(instrument: Instrument, language: str) -> InstrumentWording | None:
    """Return the words of an instrument in a language, or None while nobody has written them."""
    return db.session.scalars(
        select(InstrumentWording).filter_by(
            instrument=instrument.id, version=instrument.version, language=language
        )
    ).one_or_none()


def lock_wording(instrument: Instrument, language: str) -> InstrumentWording | None:
    """Return the words of an instrument, locked, or None."""
    found = select(InstrumentWording).filter_by(
        instrument=instrument.id, version=instrument.version, language=language
    )
    return db.session.scalars(found.with_for_update()).one_or_none()


def languages_by_key() -> dict[str, list[str]]:
    """Return in which languages the words of each instrument are there, by its key."""
    rows = db.session.execute(
        select(
            InstrumentWording.instrument, InstrumentWording.version, InstrumentWording.language
        ).order_by(InstrumentWording.language)
    )
    found: dict[str, list[str]] = {}
    for instrument, version, language in rows:
        found.setdefault(f"{instrument}.{version}", []).append(language)
    return found


def is_own(key: str) -> bool:
    """Say whether a municipality has added this instrument itself."""
    return key not in shipped()


def get_settings() -> Settings:
    """Return what is asked when; nothing, until somebody has said so."""
    row = find_settings()
    if row is None:
        return Settings()
    return Settings(tuple(row.at_start), tuple(row.at_end), row.owner_id)


def find_settings() -> MeasureSettings | None:
    """Return the row of what is asked when, or None."""
    return db.session.scalars(select(MeasureSettings)).one_or_none()
