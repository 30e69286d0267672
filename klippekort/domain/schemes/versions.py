"""Terms over time: which hold on a day, and how they are stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from klippekort.domain.schemes.codec import BadTerms, Fault, Wrong, plain, read
from klippekort.domain.schemes.questions import answers
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


def terms_since(versions: tuple[TermsFrom, ...], day: date, today: date) -> Terms | None:
    """Return the terms in force on `day`, with the answers given by `today` to what they left open,
    or None before the first. New terms are no answer: what came before lives by the old.
    """
    found = terms_on(versions, day)
    since = [version for version in versions if day < version.from_on <= today]
    for version in sorted(since, key=lambda version: version.from_on):
        if found is None or not answers(found, version.terms):
            break
        found = version.terms
    return found


def to_json(terms: Terms) -> dict[str, Any]:
    """Return the terms as values JSON can hold, whole, with the schema's version."""
    return {"schema": SCHEMA_VERSION, **plain(terms)}


def from_json(stored: dict[str, Any]) -> Terms:
    """Return the terms that `to_json` stored, by this version or an earlier one.

    Raises BadTerms naming what is unknown. What contradicts itself was refused when it was stored;
    terms that were fine then can be read for good.
    """
    said = dict(stored)
    version = said.pop("schema", None)
    if version == 1:
        said = upgraded(said)
    elif version != SCHEMA_VERSION:
        raise BadTerms([Fault("schema", Wrong.UNKNOWN_WORD, str(version), str(SCHEMA_VERSION))])
    terms: Terms = read(Terms, said)
    return terms
