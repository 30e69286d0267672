"""What suits somebody: what counts, what keeps a thing away, and what a no teaches."""

from dataclasses import replace
from uuid import UUID

import pytest

from klippekort.domain.matching.districts import postcodes_of
from klippekort.domain.matching.facts import (
    Because,
    Company,
    No,
    Person,
    Thing,
    learn,
    part_of,
)
from klippekort.domain.matching.fairness import shares
from klippekort.domain.matching.people import Friend, Neighbour, Tie, friends, pairs, shared
from klippekort.domain.matching.ranking import Board, rank_all
from klippekort.domain.matching.scoring import Bar, Reason, bar, explain, total

ELLEN = Person(UUID(int=1), interests=frozenset({"cards", "music"}), area="4681")
CARDS = Thing(UUID(int=11), UUID(int=111), "cards", 1.0, part="afternoon", area="4681")
WALK = Thing(UUID(int=12), UUID(int=112), "walk", 2.0)


def reasons(person: Person, thing: Thing) -> dict[Reason, int]:
    return {part.reason: part.points for part in explain(person, thing)}


def test_an_interest_and_the_same_postcode_count():
    assert reasons(ELLEN, CARDS) == {Reason.INTEREST: 40, Reason.NEAR: 10}


def test_somebody_with_interests_is_offered_nothing_else():
    assert [one.thing for one in Board([WALK, CARDS]).best(ELLEN)] == [CARDS]


def test_somebody_of_whom_nothing_is_known_may_be_offered_anything_with_a_point_for_it():
    unknown = Person(UUID(int=2), parts=frozenset({"afternoon"}))
    assert len(Board([WALK, CARDS]).best(unknown)) == 2


@pytest.mark.parametrize(
    ("person", "thing", "why"),
    [
        (ELLEN, replace(CARDS, language="tr"), Bar.LANGUAGE),
        (replace(ELLEN, needs=frozenset({"hearing_loop"})), CARDS, Bar.ACCESS),
        (
            replace(ELLEN, needs_wheelchair_place=True),
            replace(CARDS, has_wheelchair_place=False),
            Bar.WHEELCHAIR,
        ),
        (
            replace(ELLEN, lessons=learn([No(CARDS.key, Because.OTHER, "cards")])),
            CARDS,
            Bar.REFUSED,
        ),
    ],
)
def test_what_cannot_be_is_not_suggested(person: Person, thing: Thing, why: Bar):
    assert bar(person, thing) is why
    assert not Board([thing]).best(person)


@pytest.mark.parametrize(
    ("because", "thing", "reason"),
    [
        (Because.TOO_FAR, replace(CARDS, area="4690"), Reason.NOT_SO_FAR),
        (Because.TOO_MANY, replace(CARDS, people=30), Reason.NOT_SO_MANY),
        (Because.NOT_MY_THING, CARDS, Reason.NOT_THIS_KIND),
        (Because.WRONG_TIME, CARDS, Reason.NOT_THEN),
        (Because.TOO_DEAR, replace(CARDS, oere=5000), Reason.NOT_SO_DEAR),
    ],
)
def test_a_no_with_a_reason_lowers_what_is_like_it(because: Because, thing: Thing, reason: Reason):
    other = No(UUID(int=999), because, "cards", "afternoon", 4000)
    taught = replace(ELLEN, lessons=learn([other]))
    assert reasons(taught, thing).keys() - reasons(ELLEN, thing).keys() == {reason}
    assert total(explain(taught, thing)) < total(explain(ELLEN, thing))


def test_a_no_for_another_reason_teaches_nothing_about_the_rest():
    taught = replace(ELLEN, lessons=learn([No(UUID(int=999), Because.OTHER, "cards")]))
    assert explain(taught, CARDS) == explain(ELLEN, CARDS)


def test_one_activity_is_suggested_once():
    later = replace(CARDS, id=UUID(int=13), starts=9.0)
    assert [one.thing for one in Board([later, CARDS]).best(ELLEN)] == [CARDS]


def test_a_small_company_is_preferred_by_who_likes_it():
    many = replace(CARDS, id=UUID(int=14), key=UUID(int=114), people=30, starts=0.0)
    likes_few = replace(ELLEN, company=Company.FEW)
    assert [one.thing for one in Board([many, CARDS]).best(likes_few)] == [CARDS, many]


def test_neighbours_with_nothing_else_in_common_are_matched_by_the_stairwell_only():
    one = Neighbour(UUID(int=1), stairwell="x", area="4681")
    assert [tie.tie for tie in shared(one, replace(one, id=UUID(int=2)))] == [Tie.STAIRWELL]
    assert shared(one, Neighbour(UUID(int=3), area="4681")) == ()


def test_two_protected_addresses_are_no_common_stairwell():
    assert shared(Neighbour(UUID(int=1)), Neighbour(UUID(int=2))) == ()


def test_who_gives_is_matched_with_who_wishes_whoever_is_asked_about():
    reader = Neighbour(UUID(int=1), gives=frozenset({"read_aloud"}))
    listener = Neighbour(UUID(int=2), wishes=frozenset({"read_aloud"}))
    assert pairs(reader, [listener])[0].shared[0].tie is Tie.GIFT
    assert pairs(listener, [reader])[0].shared[0].tie is Tie.GIFT


def test_two_without_a_common_language_are_not_matched():
    one = Neighbour(UUID(int=1), frozenset({"cards"}), frozenset({"tr"}))
    assert not pairs(one, [Neighbour(UUID(int=2), frozenset({"cards"}))])


def test_somebody_declined_is_not_suggested_again():
    one = Neighbour(UUID(int=1), frozenset({"cards"}))
    other = replace(one, id=UUID(int=2))
    assert not pairs(one, [other], frozenset({other.id}))


def test_a_friend_who_has_gone_along_often_enough_is_left_out():
    ellen = Neighbour(ELLEN.id, ELLEN.interests)
    viggo = Friend(UUID(int=5), frozenset({"cards"}), frozenset(), frozenset(), 0)
    assert not friends(ellen, frozenset(), [viggo])
    assert friends(ellen, frozenset(), [replace(viggo, times_left=1)])


def test_shares_count_those_with_a_suggestion_and_those_who_come_first():
    ranked = list(rank_all([ELLEN, Person(UUID(int=2), interests=frozenset({"walk"}))], [CARDS]))
    found = shares({ELLEN.id: "A", UUID(int=2): "B"}, ranked)
    assert [(one.group, one.people, one.suggested, one.first_places) for one in found] == [
        ("A", 1, 1, 1),
        ("B", 1, 0, 0),
    ]


@pytest.mark.parametrize(("hour", "part"), [(9, "morning"), (12, "afternoon"), (17, "evening")])
def test_the_day_has_three_parts(hour: int, part: str):
    assert part_of(hour) == part


def test_a_place_in_the_same_district_is_nearer_than_one_that_is_not() -> None:
    there = replace(CARDS, area="4690")
    near = replace(ELLEN, around=frozenset({"4690"}))
    assert reasons(near, there)[Reason.IN_DISTRICT] == 5
    assert Reason.FARTHER in reasons(ELLEN, there)


def test_without_a_postcode_of_ones_own_the_district_tells_how_near() -> None:
    unknown = replace(ELLEN, area="", around=frozenset({CARDS.area}))
    assert reasons(unknown, CARDS)[Reason.IN_DISTRICT] == 5


def test_a_postcode_is_of_the_districts_that_many_of_its_citizens_live_in() -> None:
    north, south = UUID(int=1), UUID(int=2)
    found = postcodes_of({(north, "4681"): 90, (south, "4681"): 3, (south, "4690"): 7})
    assert found == {north: frozenset({"4681"}), south: frozenset({"4690"})}
