"""An e-mail address has a name, a place and a dot in it, and no more than 200 letters."""

import pytest

from klippekort.domain.emails import is_email


@pytest.mark.parametrize("typed", ["ada@example.dk", "  ada@example.dk "])
def test_an_address_is_one(typed: str) -> None:
    assert is_email(typed)


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "not mail", "a@b", "x" * 200 + "@a.dk"])
def test_anything_else_is_none(typed: str) -> None:
    assert not is_email(typed)
