"""Which dates answer what somebody looks for, and how well."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.spelling import Text, rank, words_of
from klippekort.domain.travel import great_circle
from klippekort.programme.queries.listed import Listed
from klippekort.programme.queries.places import Start


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is left empty narrows nothing.

    `days` are weekdays from Monday 0. `metres` is as the crow flies from `start`, `price_oere` is
    the most a guest pays. With `known_only` only dates where somebody known goes.
    """

    query: str = ""
    kinds: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()
    access: frozenset[str] = frozenset()
    language: str = ""
    price_oere: int | None = None
    needs_wheelchair_place: bool = False
    start: Start | None = None
    metres: int | None = None
    known_only: bool = False


@dataclass(frozen=True)
class Found:
    """A date that fits. `metres` is None where it is not known how far away it is, `is_near` says
    that it is in the same postcode as the start.
    """

    date: Listed
    rank: int
    metres: int | None
    is_near: bool
    with_known: bool


def search(
    dates: Iterable[Listed],
    wanted: Wanted,
    kind_words: Mapping[str, str],
    known: Collection[UUID] = (),
) -> list[Found]:
    """Return the dates that fit, in the order they came.

    `kind_words` are the words that kinds are found by, `known` the dates where somebody goes whom
    the citizen knows.
    """
    looked_for = words_of(wanted.query)
    ranks: dict[tuple[UUID, UUID | None], int] = {}
    found = []
    for one in dates:
        if not _fits(one, wanted) or (wanted.known_only and one.id not in known):
            continue
        held = (one.activity_id, one.place_id)
        if held not in ranks:
            ranks[held] = rank(looked_for, _text(one, kind_words))
        metres, is_near = _way(one, wanted.start)
        is_too_far = wanted.metres is not None and not _within(metres, is_near, wanted.metres)
        if ranks[held] and not is_too_far:
            found.append(Found(one, ranks[held], metres, is_near, one.id in known))
    return found


def by_activity(found: Iterable[Found]) -> list[Sequence[Found]]:
    """Return the dates of each activity together: what answers best first, then what is nearest,
    then what comes first.
    """
    groups: defaultdict[UUID, list[Found]] = defaultdict(list)
    for one in found:
        groups[one.date.activity_id].append(one)
    return sorted(groups.values(), key=_order)


def _order(dates: Sequence[Found]) -> tuple[object, ...]:
    first, best = dates[0], max(one.rank for one in dates)
    way = 0 if first.metres is None and first.is_near else first.metres
    return (-best, way is None, way or 0, first.date.starts_at, first.date.title)


def _fits(one: Listed, wanted: Wanted) -> bool:
    return (
        (not wanted.kinds or one.kind in wanted.kinds)
        and (not wanted.days or local_day(one.starts_at).weekday() in wanted.days)
        and wanted.access <= set(one.access)
        and wanted.language in ("", one.language)
        and (wanted.price_oere is None or one.price_oere <= wanted.price_oere)
        and (not wanted.needs_wheelchair_place or one.wheelchairs_left > 0)
    )


def _text(one: Listed, kind_words: Mapping[str, str]) -> Text:
    place = f"{one.place} {one.address} {one.association}"
    return Text(one.title, kind_words.get(one.kind, ""), place, one.town, one.description)


def _way(one: Listed, start: Start | None) -> tuple[int | None, bool]:
    """Return the metres from a start, if both places are known, and whether it is next door."""
    if start is None:
        return None, False
    is_near = start.postcode is not None and start.postcode == one.postcode
    if start.point is None or one.point is None:
        return None, is_near
    return round(great_circle(start.point, one.point)), is_near


def _within(metres: int | None, is_near: bool, most: int) -> bool:
    return is_near if metres is None else metres <= most
