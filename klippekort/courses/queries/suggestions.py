"""What suits one citizen: activities, groups, go-along friends and people, and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of, get_citizen, list_citizens
from klippekort.courses.models import MatchProfile, SuggestionNo
from klippekort.courses.queries.fitting import OpenGroup, friends_for, offered, open_groups
from klippekort.courses.queries.homes import stairwell_of
from klippekort.courses.queries.people import (
    asked_about,
    neighbours,
    noes_of,
    person_of,
)
from klippekort.courses.queries.talks import find_profile
from klippekort.domain.matching.facts import Person
from klippekort.domain.matching.people import Neighbour, Pair, Shared, Tie, friends, pairs
from klippekort.domain.matching.ranking import Board
from klippekort.domain.matching.scoring import Part, bar, explain, total
from klippekort.groups.queries.members import named_groups_of
from klippekort.platform.keys import keys
from klippekort.programme.queries.listed import Listed

MOST_PEOPLE = 3
_LOOKED_AT = 12


@dataclass(frozen=True)
class Suggested:
    """Something that suits, with the points of each reason."""

    reasons: tuple[Part, ...]

    @property
    def points(self) -> int:
        """Return all points together."""
        return total(self.reasons)


@dataclass(frozen=True)
class DateSuggested(Suggested):
    """A date of an activity that suits."""

    date: Listed


@dataclass(frozen=True)
class GroupSuggested(Suggested):
    """A group that suits."""

    group: OpenGroup


@dataclass(frozen=True)
class Suggestions:
    """All that suits a citizen. `people` are told of by what they share and nothing else."""

    dates: list[DateSuggested]
    groups: list[GroupSuggested]
    friends: list[tuple[str, Pair]]
    people: list[tuple[str, tuple[Shared, ...]]]
    profile: MatchProfile | None = None
    noes: tuple[SuggestionNo, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Say whether all about the citizen has stopped."""
        return self.profile is not None and self.profile.stopped_at is not None


def suggestions_for(citizen: Citizen, now: datetime) -> Suggestions:
    """Return what suits a citizen best now; nothing where all about her has stopped."""
    profile = find_profile(citizen.id)
    if profile is not None and profile.stopped_at is not None:
        return Suggestions([], [], [], [], profile)
    noes = noes_of(citizen.id)
    person = person_of(citizen, profile, noes)
    everything = offered(now)
    dates = [
        DateSuggested(tuple(explain(person, one.thing)), everything.dates[one.thing.id])
        for one in Board(everything.things).best(person)
    ]
    return Suggestions(
        dates,
        _groups(person, now),
        _friends(citizen, person, now),
        _people(citizen, profile, person),
        profile,
        tuple(noes),
    )


def _groups(person: Person, now: datetime) -> list[GroupSuggested]:
    member_of = named_groups_of(person.id)
    found = [
        GroupSuggested(tuple(explain(person, one.thing)), one)
        for one in open_groups(now)
        if one.group.id not in member_of and bar(person, one.thing) is None
    ]
    found.sort(key=lambda one: (-one.points, one.group.group.neutral_name))
    return [one for one in found if one.points > 0][:MOST_PEOPLE]


def _friends(citizen: Citizen, person: Person, now: datetime) -> list[tuple[str, Pair]]:
    willing, names = friends_for(citizen.id, now)
    me = Neighbour(citizen.id, person.interests - {"other"}, person.languages)
    found = friends(me, person.parts, willing, person.lessons.refused, MOST_PEOPLE)
    return [(names[pair.id], pair) for pair in found]


def mark_of(citizen_id: UUID, other_id: UUID) -> str:
    """Return what stands for somebody on a page that must not tell who it is."""
    return keys().blind_index(0, f"meets|{citizen_id}|{other_id}")[:24]


def _people(
    citizen: Citizen, profile: MatchProfile | None, person: Person
) -> list[tuple[str, tuple[Shared, ...]]]:
    found = _pairs(citizen, profile, person)
    return [(mark_of(citizen.id, pair.id), pair.shared) for pair in found]


def find_pair(citizen_id: UUID, mark: str) -> Pair | None:
    """Return whom a mark stands for, with what the two share, while they still suit each other."""
    citizen, profile = get_citizen(citizen_id), find_profile(citizen_id)
    found = _pairs(citizen, profile, person_of(citizen, profile, noes_of(citizen_id)))
    return next((one for one in found if mark_of(citizen_id, one.id) == mark), None)


def _pairs(citizen: Citizen, profile: MatchProfile | None, person: Person) -> list[Pair]:
    if profile is None or not profile.meets_people or profile.stopped_at is not None:
        return []
    everybody = neighbours()
    me = next((one for one in everybody if one.id == citizen.id), None)
    if me is None:
        return []
    refused = asked_about(citizen.id) | person.lessons.refused
    found = pairs(me, everybody, refused, _LOOKED_AT)
    others = {one.id: one for one in list_citizens(pair.id for pair in found)}
    true = [Pair(pair.id, _still(citizen, others[pair.id], pair.shared)) for pair in found]
    true.sort(key=lambda pair: (-pair.points, pair.id.bytes))
    return [pair for pair in true if pair.shared][:MOST_PEOPLE]


def _still(one: Citizen, other: Citizen, shared: tuple[Shared, ...]) -> tuple[Shared, ...]:
    """Return what two share, without a stairwell that one of them has moved from since."""
    if Tie.STAIRWELL not in {tie.tie for tie in shared}:
        return shared
    homes = {stairwell_of(address_of(who), who.postcode) for who in (one, other)}
    if len(homes) == 1 and None not in homes:
        return shared
    return tuple(tie for tie in shared if tie.tie is not Tie.STAIRWELL)
