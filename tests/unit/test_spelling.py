"""Words are found however they are spelled, and the likeliest comes first."""

import pytest

from klippekort.domain.spelling import Text, fold, rank, slips, words_of

CARDS = Text(
    "Kortspil for alle", "Kort og spil", "Medborgerhuset", "Ærøskøbing", "Vi spiller whist."
)
SONG = Text("Fællessang", "Musik og sang", "Sct. Nicolai Kirke", "Aarhus", "Kaffe på caféen.")
MEAL = Text("Rødgrød og smørrebrød", "Fællesspisning", "Kroen", "Brønderslev")
WALK = Text("Gåtur om søen", "Gåtur", "Skovsøen", "Brønderslev")


def finds(query: str, text: Text) -> bool:
    return rank(words_of(query), text) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ærø", "AEROE"),
        ("Århus", "aarhus"),
        ("Århus", "arhus"),
        ("Søren", "Soeren"),
        ("café", "cafe"),
        ("Høje-Taastrup", "høje tåstrup"),
        ("spille", "spile"),
        ("a\N{COMBINING RING ABOVE}s", "ås"),
        ("Møller", "Möller"),
    ],
)
def test_two_ways_to_write_a_word_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("faellessang", SONG),
        ("fællesang", SONG),
        ("fællessagn", SONG),
        ("fælles sang", SONG),
        ("sang", SONG),
        ("kirken", SONG),
        ("nikolai", SONG),
        ("Århus", SONG),
        ("cafe", SONG),
        ("kort-spil", CARDS),
        ("kortspli", CARDS),
        ("whsit", CARDS),
        ("aeroeskoebing", CARDS),
        ("medborgerhus", CARDS),
        ("medborgehsuet", CARDS),
        ("kortspil medborger", CARDS),
        ("gaatur", WALK),
        ("tur", WALK),
        ("gå tur", WALK),
        ("kaffe og sang", SONG),
        ("en tur ved søen", WALK),
        ("brønnerslev", WALK),
        ("bronderslev", WALK),
        ("rodgrod", MEAL),
        ("smorre", MEAL),
    ],
)
def test_a_slip_does_not_hide_what_is_meant(query: str, text: Text) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("strik", CARDS),
        ("kirke", CARDS),
        ("kortspil kirke", CARDS),
        ("bus", SONG),
        ("sank", SONG),
        ("kat", WALK),
        ("ur", SONG),
        ("sov", WALK),
    ],
)
def test_what_is_not_there_is_not_found(query: str, text: Text) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize("query", ["", "   ", "-", "?!"])
def test_nothing_looked_for_is_answered_by_all(query: str) -> None:
    assert finds(query, CARDS)


def test_a_title_comes_before_a_description() -> None:
    told = Text("Strikkecafé", description="Bagefter er der kortspil.")
    looked_for = words_of("kortspil")
    assert rank(looked_for, CARDS) > rank(looked_for, told) > 0


def test_the_word_itself_comes_before_a_longer_one_and_that_before_a_slip() -> None:
    ranks = [rank(words_of("sange"), Text(word)) for word in ("Sange", "Sangeaften", "Songe")]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "axc", 1), ("abc", "xyz", 3)],
)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other, 5) == count


def test_slips_beyond_what_is_asked_for_are_one_more() -> None:
    assert slips("abcdef", "uvwxyz", 2) == 3
    assert slips("a", "abcdef", 2) == 3
