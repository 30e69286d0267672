"""A password that rests on what anybody would try is refused, one that merely holds it is not."""

import pytest

from klippekort.domain.passwords import is_easily_guessed


@pytest.mark.parametrize(
    "password",
    ["Klippekort2026!", "kommune kommune", "qwerty123456", "1234567890123", "aaaabbbbcccc"],
)
def test_what_anybody_would_try_is_easily_guessed(password: str) -> None:
    assert is_easily_guessed(password)


@pytest.mark.parametrize("password", ["lindeby-lindeby", "karen-kjær-2026", "Kjær!Lindeby!!"])
def test_names_that_others_know_are_easily_guessed(password: str) -> None:
    assert is_easily_guessed(password, ["Karen Kjær", "Lindeby Kommune"])
    assert not is_easily_guessed(password, ["Ada", "Birkelund Kommune"])


@pytest.mark.parametrize(
    "password", ["fire ord der ikke rimer", "en helt ny adgangskode", "abild-kop-0192-ske"]
)
def test_what_says_something_of_its_own_is_not(password: str) -> None:
    assert not is_easily_guessed(password)
