"""How well a thing suits somebody: a few points for each reason, and nothing hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from klippekort.domain.matching.facts import FEW, Company, Person, Thing

MOST_COUNTED = 3
"""How many noes of one sort weigh anything: the fourth teaches nothing new."""


class Reason(StrEnum):
    """Why points are given or taken."""

    INTEREST = "interest"
    WISHED = "wished"
    LANGUAGE = "language"
    TIME_FITS = "time_fits"
    TIME_IS_OTHER = "time_is_other"
    COMPANY_FITS = "company_fits"
    COMPANY_IS_OTHER = "company_is_other"
    NEAR = "near"
    IN_DISTRICT = "in_district"
    FARTHER = "farther"
    FREE = "free"
    NOT_THIS_KIND = "not_this_kind"
    NOT_THEN = "not_then"
    NOT_SO_FAR = "not_so_far"
    NOT_SO_MANY = "not_so_many"
    NOT_SO_DEAR = "not_so_dear"


POINTS: dict[Reason, int] = {
    Reason.INTEREST: 40,
    Reason.WISHED: 30,
    Reason.LANGUAGE: 20,
    Reason.TIME_FITS: 15,
    Reason.TIME_IS_OTHER: -10,
    Reason.COMPANY_FITS: 10,
    Reason.COMPANY_IS_OTHER: -15,
    Reason.NEAR: 10,
    Reason.IN_DISTRICT: 5,
    Reason.FARTHER: -5,
    Reason.FREE: 10,
    Reason.NOT_THIS_KIND: -25,
    Reason.NOT_THEN: -15,
    Reason.NOT_SO_FAR: -10,
    Reason.NOT_SO_MANY: -10,
    Reason.NOT_SO_DEAR: -20,
}
"""What each reason weighs; each no weighs once more, up to three times."""


class Bar(StrEnum):
    """Why a thing is not suggested at all."""

    REFUSED = "refused"
    LANGUAGE = "language"
    ACCESS = "access"
    WHEELCHAIR = "wheelchair"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True)
class Part:
    """Points for one reason."""

    reason: Reason
    points: int


def total(parts: Iterable[Part]) -> int:
    """Return the points of all reasons together."""
    return sum(part.points for part in parts)


def _once(reason: Reason) -> list[Part]:
    return [Part(reason, POINTS[reason])]


def _each(reason: Reason, times: int) -> list[Part]:
    return [Part(reason, POINTS[reason] * min(times, MOST_COUNTED))] if times else []


def looks_for(person: Person) -> frozenset[str]:
    """Return the kinds somebody may be offered; empty is every kind, as nothing is known yet."""
    return person.interests | person.wished


def bar(person: Person, thing: Thing) -> Bar | None:
    """Return what keeps a thing from being suggested, or None."""
    if thing.key in person.lessons.refused:
        return Bar.REFUSED
    if thing.language not in person.languages:
        return Bar.LANGUAGE
    if person.needs - thing.access:
        return Bar.ACCESS
    if person.needs_wheelchair_place and not thing.has_wheelchair_place:
        return Bar.WHEELCHAIR
    wanted = looks_for(person)
    return Bar.OTHER_KIND if wanted and thing.kind not in wanted else None


def for_kind(person: Person, kind: str) -> list[Part]:
    """Return the points for what kind of thing it is."""
    found = _once(Reason.INTEREST) if kind in person.interests else []
    found += _once(Reason.WISHED) if kind in person.wished else []
    return found + _each(Reason.NOT_THIS_KIND, person.lessons.kinds.get(kind, 0))


def for_part(person: Person, part: str) -> list[Part]:
    """Return the points for the part of the day."""
    found: list[Part] = []
    if person.parts:
        found = _once(Reason.TIME_FITS if part in person.parts else Reason.TIME_IS_OTHER)
    return found + _each(Reason.NOT_THEN, person.lessons.parts.get(part, 0))


def for_company(person: Person, *, is_many: bool) -> list[Part]:
    """Return the points for how many people there are."""
    found: list[Part] = []
    if person.company is not Company.ANY:
        likes = is_many == (person.company is Company.MANY)
        found = _once(Reason.COMPANY_FITS if likes else Reason.COMPANY_IS_OTHER)
    return found + (_each(Reason.NOT_SO_MANY, person.lessons.crowds) if is_many else [])


def for_area(person: Person, area: str) -> list[Part]:
    """Return the points for how far away it is, as far as postcodes and districts tell."""
    if not area or not (person.area or person.around):
        return []
    if area == person.area:
        return _once(Reason.NEAR)
    away = Reason.IN_DISTRICT if area in person.around else Reason.FARTHER
    return _once(away) + _each(Reason.NOT_SO_FAR, person.lessons.far)


def for_price(person: Person, oere: int) -> list[Part]:
    """Return the points for what it costs."""
    dear = person.lessons.dear_oere
    found = _once(Reason.FREE) if person.minds_money and not oere else []
    return found + (_once(Reason.NOT_SO_DEAR) if dear is not None and oere >= dear else [])


def for_language(person: Person, language: str) -> list[Part]:
    """Return the points for a language of one's own, where that is not Danish."""
    is_own = language != "da" and language in person.languages
    return _once(Reason.LANGUAGE) if is_own else []


def explain(person: Person, thing: Thing) -> list[Part]:
    """Return every reason with its points; together they are what the thing is ranked by."""
    return [
        *for_kind(person, thing.kind),
        *for_language(person, thing.language),
        *for_part(person, thing.part),
        *for_company(person, is_many=thing.people > FEW),
        *for_area(person, thing.area),
        *for_price(person, thing.oere),
    ]
