"""What a line means for a citizen with several cards, and what a pool pays beside them."""

import pytest

from klippekort.domain.lab.events import BadEvents, Why
from klippekort.domain.lab.reading import read_events
from tests.unit.lab.playing import WEEKLY_HOUR, about, line, play, table, verdict

POOLS = WEEKLY_HOUR + "[sharing]\npools = true\nlending = true\n"
TWO = (line("2025-01-06", "grant", card="walk"), line("2025-01-06", "grant", card="swim"))
POOL = line("2025-01-06", "pool_grant", pool="nord", minutes=200)


def trip(at: str = "2025-01-20T10:00", **said: object) -> dict[str, str]:
    """Return a trip that was ordered well ahead."""
    return line(at, "trip", ref="a", minutes=60, ordered_at="2025-01-08T09:00", **said)


def test_what_a_pool_pays_needs_no_word_on_which_card() -> None:
    done = line("2025-01-20T11:00", "done", ref="a", minutes=50)
    use = line("2025-01-21", "pool_use", pool="nord", minutes=10)
    answer = play(POOLS, *TWO, POOL, trip(pool="nord"), done, use, on="2025-01-31")
    assert [verdict(answer, number)[0] for number in (5, 6, 7)] == ["accepted"] * 3
    assert list(answer.pools["nord"].values()) == [140]


def test_a_pool_pays_nothing_for_one_whose_cards_have_all_ended() -> None:
    ends = [line("2025-01-10", "end", card=name) for name in ("walk", "swim")]
    answer = play(POOLS, *TWO, POOL, *ends, trip(pool="nord"), on="2025-01-31")
    assert verdict(answer, 7)[:2] == ("accepted", None)  # ordered before anybody knew
    late = line("2025-01-20", "trip", ref="b", minutes=60, ordered_at="2025-01-12", pool="nord")
    answer = play(POOLS, *TWO, POOL, *ends, late, on="2025-01-31")
    assert (about(answer, 7).rule, about(answer, 7).why) == ("not_active", "")


def test_a_question_about_a_trip_the_pool_pays_is_judged_again_on_the_same_card() -> None:
    scheme = WEEKLY_HOUR + '[sharing]\npools = "undecided"\n'
    decided = line("2025-01-10", "decide", rule="sharing.pools", value="yes")
    answer = play(scheme, *TWO, POOL, trip(pool="nord"), decided, on="2025-01-31")
    assert verdict(answer, 5)[0] == "accepted"
    assert list(answer.pools["nord"].values()) == [140]


@pytest.mark.parametrize(
    ("card", "why"), [("", "which_card"), ("run", "no_such_card"), ("walk", "")]
)
def test_time_is_lent_from_a_card_as_a_trip_is_taken_from_one(card: str, why: str) -> None:
    lend = line("2025-01-20", "lend", pool="nord", minutes=30, card=card)
    answer = play(POOLS, *TWO, lend, trip(card=card), on="2025-01-31")
    lent, made = about(answer, 4), about(answer, 5)
    assert lent.why == made.why == why
    assert lent.rule == made.rule == ("not_active" if why else None)


def test_time_is_lent_from_a_card_that_runs_before_anything_else_is_asked() -> None:
    scheme = WEEKLY_HOUR + "[sharing]\npools = true\nlending = false\n"
    rows = [line("2025-01-05", "lend", pool="nord", minutes=30), line("2025-01-06", "grant")]
    assert verdict(play(scheme, *rows, on="2025-01-31"), 2)[:2] == ("refused", "not_active")


@pytest.mark.parametrize("card", ["", "run"])
@pytest.mark.parametrize("event", ["adjust", "end", "decline", "planning", "agreement"])
def test_a_line_about_no_card_there_is_says_that_of_its_card(event: str, card: str) -> None:
    row = line("2025-01-20", event, minutes=30, reason="", card=card)
    row |= {"reason": "counted"} if event == "adjust" else {}
    with pytest.raises(BadEvents) as bad:
        read_events(table(*TWO, row))
    why = Why.NO_SUCH_CARD if card else Why.WHICH_CARD
    assert [(one.line, one.column, one.why, one.said) for one in bad.value.faults] == [
        (4, "card", why, card)
    ]


AGREED = line("2025-03-10", "agreement", ref="x", minutes=60, ordered_at="2025-01-20")


def _change(at: str = "2025-04-10", ordered: str = "2025-02-20") -> dict[str, str]:
    return line(at, "agreement_change", ref="x", minutes=30, ordered_at=ordered)


def test_an_agreement_may_be_changed_before_it_begins() -> None:
    answer = play(WEEKLY_HOUR, line("2025-01-06", "grant"), AGREED, _change(), on="2025-04-30")
    assert verdict(answer, 4)[0] == "accepted"


def test_an_agreement_is_changed_only_once_it_is_made() -> None:
    early = _change(ordered="2025-01-19")
    answer = play(WEEKLY_HOUR, line("2025-01-06", "grant"), AGREED, early, on="2025-04-30")
    assert (about(answer, 4).rule, about(answer, 4).why) == ("not_active", "no_agreement")
