"""Terms over time: which hold on a day, and how they are stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from klippekort.domain.schemes.codec import BadTerms, Fault, Wrong, plain
from klippekort.domain.schemes.files import terms_from
from klippekort.domain.schemes.terms import Terms
from klippekort.domain.schemes.upgrade import upgraded

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class TermsFrom:
    """Terms that hold from a day on."""

    from_on: date
    terms: Terms


def terms_on(versions: tuple[TermsFrom, ...], day: date) -> Terms | None:
    """Return the terms in force on `day`, or None before the first."""
    found: TermsFrom | None = None
    for version in versions:
        if version.from_on <= day and (found is None or version.from_on >= found.from_on):
            found = version
    return found.terms if found else None


def to_json(terms: Terms) -> dict[str, Any]:
    """Return the terms as values JSON can hold, whole, with the schema's version."""
    return {"schema": SCHEMA_VERSION, **plain(terms)}


def from_json(stored: dict[str, Any]) -> Terms:
    """Return the terms that `to_json` stored, by this version or an earlier one.

    Raises BadTerms naming what is unknown.
    """
    said = dict(stored)
    version = said.pop("schema", None)
    if version == 1:
        said = upgraded(said)
    elif version != SCHEMA_VERSION:
        raise BadTerms([Fault("schema", Wrong.UNKNOWN_WORD, str(version), str(SCHEMA_VERSION))])
    return terms_from(said)
