"""Citizens as the rules of matching read them: everybody at once, or one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.courses.models import CitizenGift, Introduction, MatchProfile, SuggestionNo
from klippekort.domain.matching.districts import postcodes_of
from klippekort.domain.matching.facts import Because, Company, Lessons, No, Person, learn
from klippekort.domain.matching.people import Neighbour
from klippekort.platform.db import db
from klippekort.waiting.models import Wish
from klippekort.waiting.queries.wishes import STANDS

DANISH = frozenset({"da"})
_NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Everybody:
    """All citizens to find something for, and the supplier and language each is counted under."""

    people: list[Person]
    suppliers: dict[UUID, UUID]
    languages: dict[UUID, str]


def everybody() -> Everybody:
    """Return all citizens but those for whom all has stopped, in a few reads."""
    rows = db.session.execute(
        select(
            Citizen.id,
            Citizen.supplier_id,
            Citizen.postcode,
            Citizen.district_id,
            Citizen.needs_wheelchair,
            MatchProfile,
        ).outerjoin(MatchProfile, MatchProfile.citizen_id == Citizen.id)
    ).all()
    wished, lessons, around = wished_kinds(), lessons_of(), _postcodes()
    found = Everybody([], {}, {})
    for citizen_id, supplier_id, postcode, district_id, wheelchair, profile in rows:
        if profile is not None and profile.stopped_at is not None:
            continue
        near = around.get(district_id, _NOWHERE) if district_id else _NOWHERE
        person = _person(citizen_id, postcode, near, wheelchair, profile)
        kinds = wished.get(citizen_id, frozenset())
        learnt = lessons.get(citizen_id)
        found.people.append(_with(person, kinds, learnt))
        found.suppliers[citizen_id] = supplier_id
        own = sorted(person.languages - DANISH)
        found.languages[citizen_id] = own[0] if own else "da"
    return found


def person_of(
    citizen: Citizen, profile: MatchProfile | None, noes: Iterable[SuggestionNo]
) -> Person:
    """Return one citizen to find something for, who has said these noes."""
    near = _postcodes().get(citizen.district_id, _NOWHERE) if citizen.district_id else _NOWHERE
    person = _person(citizen.id, citizen.postcode, near, citizen.needs_wheelchair, profile)
    kinds = wished_kinds(citizen.id).get(citizen.id, frozenset())
    return _with(person, kinds, learn(_no(row) for row in noes))


def _person(
    citizen_id: UUID,
    postcode: str | None,
    around: frozenset[str],
    wheelchair: bool,
    profile: MatchProfile | None,
) -> Person:
    if profile is None:
        area = postcode or ""
        return Person(citizen_id, area=area, around=around, needs_wheelchair_place=wheelchair)
    return Person(
        id=citizen_id,
        interests=frozenset(profile.interests),
        languages=frozenset(profile.languages) or DANISH,
        parts=frozenset(profile.parts),
        company=Company(profile.company),
        needs=frozenset(profile.needs),
        needs_wheelchair_place=wheelchair,
        minds_money=profile.minds_money,
        area=postcode or "",
        around=around,
    )


def _postcodes() -> dict[UUID, frozenset[str]]:
    """Return the postcodes of each district: a place has a postcode and no district."""
    own = (Citizen.district_id, Citizen.postcode)
    rows = db.session.execute(
        select(*own, func.count())
        .where(Citizen.district_id.is_not(None), Citizen.postcode.is_not(None))
        .group_by(*own)
    )
    return postcodes_of({(one, code): n for one, code, n in rows if one and code})


def _with(person: Person, wished: frozenset[str], lessons: Lessons | None) -> Person:
    facts = {**vars(person), "wished": wished}
    return Person(**{**facts, "lessons": lessons} if lessons is not None else facts)


def wished_kinds(citizen_id: UUID | None = None) -> dict[UUID, frozenset[str]]:
    """Return the kinds of activities that citizens wish for and have not had, by citizen."""
    kind = func.coalesce(Activity.kind, Wish.kind)
    activity_id = func.coalesce(Occurrence.activity_id, Wish.activity_id)
    found = (
        select(Wish.citizen_id, kind)
        .outerjoin(Occurrence, Occurrence.id == Wish.occurrence_id)
        .outerjoin(Activity, Activity.id == activity_id)
        .where(Wish.state.in_(STANDS), kind.is_not(None))
        .distinct()
    )
    if citizen_id is not None:
        found = found.where(Wish.citizen_id == citizen_id)
    kinds: defaultdict[UUID, set[str]] = defaultdict(set)
    for whose, code in db.session.execute(found):
        kinds[whose].add(code)
    return {whose: frozenset(codes) for whose, codes in kinds.items()}


def noes_of(citizen_id: UUID) -> list[SuggestionNo]:
    """Return what a citizen has declined, the latest first."""
    found = select(SuggestionNo).filter_by(citizen_id=citizen_id)
    return list(db.session.scalars(found.order_by(SuggestionNo.said_at.desc())))


def _no(row: SuggestionNo) -> No:
    return No(row.subject_id, Because(row.because), row.kind, row.part, row.oere)


def lessons_of() -> dict[UUID, Lessons]:
    """Return what noes have taught, by citizen."""
    noes: defaultdict[UUID, list[No]] = defaultdict(list)
    for row in db.session.scalars(select(SuggestionNo)):
        noes[row.citizen_id].append(_no(row))
    return {whose: learn(given) for whose, given in noes.items()}


def gifts_by_citizen() -> dict[UUID, frozenset[str]]:
    """Return what citizens would like to do for others now, by citizen."""
    found = select(CitizenGift.citizen_id, CitizenGift.gift).where(CitizenGift.ended_on.is_(None))
    gifts: defaultdict[UUID, set[str]] = defaultdict(set)
    for citizen_id, gift in db.session.execute(found):
        gifts[citizen_id].add(gift)
    return {citizen_id: frozenset(codes) for citizen_id, codes in gifts.items()}


def neighbours() -> list[Neighbour]:
    """Return everybody who would like to be matched with others."""
    rows = db.session.execute(
        select(MatchProfile, Citizen.postcode, Citizen.has_protected_address)
        .join(Citizen, Citizen.id == MatchProfile.citizen_id)
        .where(MatchProfile.meets_people, MatchProfile.stopped_at.is_(None))
    ).all()
    gifts = gifts_by_citizen()
    return [
        _neighbour_of(profile, postcode, is_hidden, gifts.get(profile.citizen_id, frozenset()))
        for profile, postcode, is_hidden in rows
    ]


def _neighbour_of(
    profile: MatchProfile, postcode: str | None, is_hidden: bool, gives: frozenset[str]
) -> Neighbour:
    """Return a citizen as others are matched with her; a protected address tells nothing."""
    return Neighbour(
        id=profile.citizen_id,
        interests=frozenset(profile.interests) - {"other"},
        languages=frozenset(profile.languages) or DANISH,
        stairwell=None if is_hidden else profile.stairwell,
        works=frozenset(profile.works),
        area="" if is_hidden else postcode or "",
        gives=gives,
        wishes=frozenset(profile.wishes),
    )


def asked_about(citizen_id: UUID) -> frozenset[UUID]:
    """Return whom a citizen has been matched with before, whatever came of it."""
    found = select(Introduction.first_id, Introduction.second_id).where(
        (Introduction.first_id == citizen_id) | (Introduction.second_id == citizen_id)
    )
    pairs = db.session.execute(found).all()
    return frozenset(one for pair in pairs for one in pair) - {citizen_id}
