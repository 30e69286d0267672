"""The picture of a card: nothing that is left is rounded away."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from klippekort.domain.ledger import CardState, Hold, Lot, Source
from klippekort.domain.schemes import Words
from klippekort.punchcards.views.picture import in_words, next_lapse, picture_of
from tests.builders import DECIDED

DAY = date(2026, 11, 23)


def _state(granted: int, held: int = 0, used: int = 0) -> CardState:
    end = date(2026, 12, 24)
    lot = Lot(Source.CARRIED_OVER, "1", DAY, end, granted=granted, held=held, used=used)
    return CardState((lot,), (Hold(UUID(int=1), lot.key, lot.held),) if lot.held else ())


def test_whole_punches_fill_the_card(app: Flask) -> None:
    picture = picture_of(_state(granted=210, held=60), DECIDED, "Ellen", spent=90)
    shown = (picture.punches_left, picture.punches_held, picture.punches_used)
    assert (shown, picture.punches_total, picture.remainder_minutes) == ((5, 2, 3), 10, 0)


def test_what_makes_no_whole_punch_is_told_in_minutes(app: Flask) -> None:
    picture = picture_of(_state(granted=100), DECIDED, "Ellen", spent=0)
    assert (picture.punches_left, picture.remainder_minutes) == (3, 10)
    assert picture.words_left == "3 klip og 10 minutter"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(180, "6 klip (3 timer)"), (110, "3 klip og 20 minutter (1 t 50 min)"), (20, "20 minutter")],
)
def test_minutes_are_told_in_punches_and_time(app: Flask, minutes: int, words: str) -> None:
    with app.test_request_context():
        assert in_words(minutes, DECIDED) == words


def test_the_scheme_s_own_words_are_used(app: Flask) -> None:
    words = Words(card="omsorgskort", one="stund", many="stunder")
    terms = replace(DECIDED, words=words)
    picture = picture_of(_state(granted=60), terms, "Ellen", spent=0)
    assert (picture.scheme_word, picture.words_left[:9]) == ("Omsorgskort", "2 stunder")


def test_the_next_to_lapse_is_what_ends_first() -> None:
    lapse = next_lapse(_state(granted=60, used=15), DAY)
    assert lapse is not None
    assert (lapse.minutes, lapse.last_on) == (45, date(2026, 12, 24))


def test_time_without_an_end_does_not_lapse() -> None:
    forever = CardState((Lot(Source.ACCRUAL, "1", DAY, granted=60),))
    assert next_lapse(forever, DAY) is None
