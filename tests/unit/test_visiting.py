"""Her whole record opens to herself alone, and only behind more than the card."""

import pytest

from klippekort.domain.liking import Liking, read_liking
from klippekort.domain.proxies import Purpose
from klippekort.domain.visiting import HER_OWN, By, Visitor
from klippekort.platform.ids import new_id


def _visitor(by: By, *, is_strong: bool) -> Visitor:
    return Visitor(new_id(), 1, by, HER_OWN, None, is_strong)


@pytest.mark.parametrize(
    ("by", "is_strong", "opens"),
    [
        (By.CARD, False, False),
        (By.CODE, True, True),
        (By.MITID, True, True),
        (By.RELATIVE, True, False),
    ],
)
def test_who_may_see_everything(by: By, is_strong: bool, opens: bool) -> None:
    assert _visitor(by, is_strong=is_strong).may_see_everything() is opens


def test_a_relative_may_only_what_she_was_given() -> None:
    relative = Visitor(new_id(), 1, By.RELATIVE, frozenset({Purpose.SEE}), new_id(), True)
    assert (relative.may(Purpose.SEE), relative.may(Purpose.CANCEL)) == (True, False)


@pytest.mark.parametrize("liking", [Liking(), Liking("2", True), Liking("3")])
def test_how_she_reads_survives_a_cookie(liking: Liking) -> None:
    assert read_liking(liking.written) == liking


@pytest.mark.parametrize("text", ["", "4", "1x", "2ss"])
def test_a_cookie_that_says_nothing_is_none(text: str) -> None:
    assert read_liking(text) is None
