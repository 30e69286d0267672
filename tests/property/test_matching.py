"""The quick ranking says what the plain sum of reasons says, and knows nobody's supplier or sex."""

from dataclasses import fields
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.matching.facts import Because, Company, No, Person, Thing, learn
from klippekort.domain.matching.people import Neighbour, shared
from klippekort.domain.matching.ranking import Board
from klippekort.domain.matching.scoring import bar, explain, total

KINDS, PARTS, CODES = st.sampled_from("abc"), st.sampled_from(("morning", "evening")), "xyz"
IDS = st.integers(0, 12).map(lambda number: UUID(int=number))
NOES = st.builds(No, IDS, st.sampled_from(Because), KINDS, PARTS, st.sampled_from((0, 2000)))
THINGS = st.builds(
    Thing,
    IDS,
    IDS,
    KINDS,
    st.integers(0, 5).map(float),
    PARTS,
    st.sampled_from(("da", "tr")),
    st.sampled_from((4, 30)),
    st.frozensets(st.sampled_from(CODES)),
    st.booleans(),
    st.sampled_from(("", "4681", "4690")),
    st.sampled_from((0, 2000)),
)
PEOPLE = st.builds(
    Person,
    st.just(UUID(int=77)),
    st.frozensets(KINDS),
    st.frozensets(KINDS),
    st.frozensets(st.sampled_from(("da", "tr")), min_size=1),
    st.frozensets(PARTS),
    st.sampled_from(Company),
    st.frozensets(st.sampled_from(CODES), max_size=1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("", "4681")),
    st.frozensets(st.sampled_from(("4681", "4690"))),
    st.lists(NOES, max_size=4).map(learn),
)


def plainly(person: Person, things: list[Thing]) -> list[tuple[int, UUID]]:
    """Rank by adding up the reasons of each thing by itself."""
    open_ = [one for one in things if bar(person, one) is None]
    scored = [(total(explain(person, one)), one) for one in open_]
    found, seen = [], set()
    for points, one in sorted(scored, key=lambda s: (-s[0], s[1].starts, s[1].id.bytes)):
        if points > 0 and one.key not in seen:
            seen.add(one.key)
            found.append((points, one.key))
    return found[:5]


@given(PEOPLE, st.lists(THINGS, max_size=15, unique_by=lambda one: one.id))
def test_the_quick_ranking_is_the_plain_one(person: Person, things: list[Thing]):
    ranked = Board(things).best(person)
    assert [(one.points, one.thing.key) for one in ranked] == plainly(person, things)


NEIGHBOURS = st.builds(
    Neighbour,
    IDS,
    st.frozensets(KINDS),
    st.frozensets(st.sampled_from(("da", "tr")), min_size=1),
    st.sampled_from((None, "s1", "s2")),
    st.frozensets(st.sampled_from(("w1", "w2"))),
    st.sampled_from(("", "4681")),
    st.frozensets(KINDS),
    st.frozensets(KINDS),
)


@given(NEIGHBOURS, NEIGHBOURS)
def test_what_two_share_is_the_same_whoever_is_named_first(one: Neighbour, other: Neighbour):
    assert sorted(shared(one, other), key=repr) == sorted(shared(other, one), key=repr)


def test_nobody_can_be_ranked_by_supplier_sex_or_age():
    known = {field.name for field in fields(Person)}
    assert known.isdisjoint({"supplier", "supplier_id", "sex", "gender", "age", "person_number"})
