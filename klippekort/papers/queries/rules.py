"""What a municipality has decided about its letters."""

from dataclasses import dataclass

from sqlalchemy import select

from klippekort.papers.models import LetterWording, PaperRules
from klippekort.platform.db import db


@dataclass(frozen=True)
class Rules:
    """The number letters are filed under (KLE), who takes complaints, who signs, and whether week
    letters are made by themselves. Empty until somebody decides.
    """

    kle: str | None = None
    complaint_to: str = ""
    signed_by: str = ""
    week_letters: bool = False


def find_rules() -> PaperRules | None:
    """Return the row of what was decided, or None."""
    return db.session.scalars(select(PaperRules)).one_or_none()


def get_rules() -> Rules:
    """Return what was decided, or what holds until then."""
    row = find_rules()
    if row is None:
        return Rules()
    return Rules(row.kle, row.complaint_to, row.signed_by, row.week_letters)


def own_words() -> dict[str, str]:
    """Return the municipality's own words, by part of a letter."""
    return {row.part: row.text for row in db.session.scalars(select(LetterWording))}


def find_words(part: str) -> LetterWording | None:
    """Return the municipality's own words for one part, or None."""
    return db.session.scalars(select(LetterWording).filter_by(part=part)).one_or_none()
