"""Tries are spent before they are compared; PINs that anyone guesses are refused."""

from collections import Counter

import pytest
from flask import Flask

from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import card_keys
from klippekort.punchcards.queries.card_keys import KeyState
from klippekort.punchcards.services.card_keys import (
    Outcome,
    PinTooEasy,
    make_key,
    open_own_page,
    reopen_key,
    replace_lost_key,
)
from tests.cast import AWAY, HOME, Cast
from tests.integration.own_page.arrange import PIN, Story, arrange, give_card
from tests.races import race

GUESSES = 50


def test_five_of_fifty_guesses_at_once_are_compared(
    committed_app: Flask, committed_cast: Cast, real_hashes: None
) -> None:
    token = give_card(arrange(committed_cast))

    def guess() -> Outcome:
        return open_own_page(token, "9999", now=clock.now()).outcome

    outcomes = race(committed_app, HOME, *[guess] * GUESSES)
    assert Counter(outcomes.answers) == {Outcome.WRONG_PIN: 5, Outcome.LOCKED: GUESSES - 5}


@pytest.mark.parametrize("pin", ["1234", "0000", "9999", "12", "12345", "abcd", "٤٧١١"])
def test_a_pin_anyone_guesses_is_refused(story: Story, pin: str) -> None:
    with acting_for(HOME), pytest.raises(PinTooEasy):
        execute(make_key, story.cast.asta, story.cast.ellen, pin=pin, now=clock.now())


def test_a_new_card_kills_the_old_one(story: Story) -> None:
    old = give_card(story)
    give_card(story)
    with acting_for(HOME):
        assert open_own_page(old, PIN, now=clock.now()).outcome is Outcome.KILLED


def test_a_reprinted_card_keeps_the_pin(story: Story) -> None:
    give_card(story)
    with acting_for(HOME):
        execute(replace_lost_key, story.cast.bo, story.cast.ellen, now=clock.now())
        token = card_keys.token_of(card_keys.get_live_key(story.cast.ellen))
        assert open_own_page(token, PIN, now=clock.now()).outcome is Outcome.OPENED


def test_a_card_that_never_was_cannot_be_lost(story: Story) -> None:
    with acting_for(HOME), pytest.raises(NotFound):
        execute(replace_lost_key, story.cast.asta, story.cast.ellen, now=clock.now())


def test_a_card_that_is_not_locked_cannot_be_opened_again(story: Story) -> None:
    give_card(story)
    with acting_for(HOME), pytest.raises(Stale):
        execute(reopen_key, story.cast.asta, story.cast.ellen, now=clock.now())


def test_a_worker_elsewhere_makes_no_card_for_her(story: Story) -> None:
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(make_key, story.cast.mia, story.cast.ellen, pin=PIN, now=clock.now())


def test_another_municipality_makes_no_card_for_her(story: Story) -> None:
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(make_key, story.cast.frida, story.cast.ellen, pin=PIN, now=clock.now())


def test_an_unknown_code_is_unknown(story: Story) -> None:
    with acting_for(HOME):
        assert open_own_page("nobody", PIN, now=clock.now()).outcome is Outcome.UNKNOWN


def test_without_a_card_nothing_was_made(story: Story) -> None:
    with acting_for(HOME):
        assert card_keys.facts_of(story.cast.ellen).state is KeyState.NONE


def test_the_pin_is_stored_neither_plain_nor_without_the_pepper(
    story: Story, real_hashes: None
) -> None:
    give_card(story)
    with acting_for(HOME):
        kept = card_keys.get_live_key(story.cast.ellen).pin_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert keys().peppered(PIN) not in kept
