"""Which letters terms ask for."""

import pytest

from klippekort.domain.papers.law import Due, LetterKind, letter_due
from klippekort.domain.schemes import Law, Letter

BASIS = "serviceloven § 83"
DECISION = Law(BASIS, decision=True)


@pytest.mark.parametrize("kind", list(LetterKind))
def test_terms_without_a_word_on_law_send_nothing(kind: LetterKind):
    assert letter_due(Law(), kind) is None


@pytest.mark.parametrize("kind", [*LetterKind])
def test_what_goes_against_the_citizen_says_how_to_complain(kind: LetterKind):
    is_good_news = kind in (LetterKind.GRANT, LetterKind.RESUME)
    assert letter_due(DECISION, kind) == Due(True, not is_good_news)


def test_a_municipality_may_always_say_how_to_complain():
    law = Law(BASIS, decision=True, complaint_guidance=True)
    assert letter_due(law, LetterKind.GRANT) == Due(True, True)


def test_an_offer_outside_the_law_is_confirmed_and_has_no_complaint():
    law = Law(BASIS, decision=False)
    assert letter_due(law, LetterKind.GRANT) == Due(False, False)


def test_only_the_letters_that_were_chosen_are_sent():
    law = Law(BASIS, decision=True, letters=(Letter.CHANGE,))
    assert letter_due(law, LetterKind.GRANT) is None
    assert letter_due(law, LetterKind.CHANGE) == Due(True, True)


@pytest.mark.parametrize("kind", [LetterKind.PAUSE, LetterKind.RESUME])
def test_a_card_that_rests_is_told_of_where_that_was_chosen(kind: LetterKind):
    assert letter_due(Law(BASIS, decision=True, letters=(Letter.CHANGE,)), kind) is None
    chosen = Law(BASIS, decision=False, letters=(Letter(kind.value),))
    assert letter_due(chosen, kind) == Due(False, False)


def test_an_end_is_told_where_decisions_are():
    law = Law(BASIS, decision=True, letters=(Letter.DECISION,))
    assert letter_due(law, LetterKind.END) == Due(True, True)
