"""Scores agree with the published keys, and a definition that is wrong is refused by its key."""

from pathlib import Path

import pytest

from klippekort.domain.instruments import (
    DECLINED,
    Instrument,
    InstrumentFault,
    OutOfRange,
    WrongNumber,
    change,
    duty_days,
    read,
    reader,
    score,
    shipped,
)


def _instrument(key: str) -> Instrument:
    return shipped()[key]


WHO5, DJG6, DJG11 = _instrument("who5.1998"), _instrument("djg6.2006"), _instrument("djg11.1985")
TILS, UCLA = _instrument("tils.2017"), _instrument("ucla3.2004")
YES, MORE_OR_LESS, NO = 1, 2, 3


@pytest.mark.parametrize(
    ("answers", "raw", "total", "code"),
    [
        ([0, 0, 0, 0, 0], 0, 0, "high_risk"),
        ([5, 5, 5, 5, 5], 25, 100, "none_apparent"),
        ([2, 2, 2, 1, 1], 8, 32, "high_risk"),
        ([2, 2, 2, 2, 1], 9, 36, "possible_risk"),
        ([3, 3, 2, 2, 2], 12, 48, "possible_risk"),
        ([3, 3, 3, 2, 2], 13, 52, "none_apparent"),
    ],
)
def test_who5_is_the_raw_score_times_four(answers, raw, total, code):
    found = score(WHO5, answers)
    assert (found.raw, found.total, found.code) == (raw, total, code)


def test_who5_is_followed_up_exactly_below_thirteen_raw():
    needs = [raw for raw in range(26) if duty_days(WHO5, raw * 4) is not None]
    assert needs == list(range(13))


def test_a_high_risk_is_followed_up_sooner():
    assert (duty_days(WHO5, 32), duty_days(WHO5, 36), duty_days(WHO5, None)) == (2, 7, None)


def test_who5_has_no_score_with_an_answer_missing():
    found = score(WHO5, [3, 3, None, 3, 3])
    assert (found.total, found.code, found.missing) == (None, None, 1)


@pytest.mark.parametrize(
    ("answers", "total", "code"),
    [([1, 1, 1], 3, "not_severe"), ([2, 2, 2], 6, "not_severe"), ([3, 2, 2], 7, "severe")],
)
def test_tils_runs_from_three_to_nine_and_is_severe_from_seven(answers, total, code):
    found = score(TILS, answers)
    assert (found.total, found.code) == (total, code)
    assert TILS.span == (3, 9)


def test_ucla_is_apart_from_tils_and_cut_at_six():
    assert score(UCLA, [2, 2, 2]).code == "lonely"
    assert score(UCLA, [2, 2, 1]).code == "not_lonely"
    assert UCLA.id != TILS.id


def test_tils_has_two_versions_on_two_lines():
    assert {"tils.2013", "tils.2017"} <= set(shipped())


@pytest.mark.parametrize(
    ("answers", "total", "code", "emotional", "social"),
    [
        ([NO, NO, NO, YES, YES, YES], 0, "not_lonely", 0, 0),
        ([MORE_OR_LESS, NO, NO, YES, YES, YES], 1, "not_lonely", 1, 0),
        ([MORE_OR_LESS] * 6, 6, "severe", 3, 3),
        ([YES, NO, NO, NO, YES, YES], 2, "moderate", 1, 1),
        ([YES, YES, NO, MORE_OR_LESS, NO, YES], 4, "moderate", 2, 2),
        ([YES, YES, YES, NO, NO, YES], 5, "severe", 3, 2),
    ],
)
def test_the_middle_answer_counts_in_de_jong_gierveld(answers, total, code, emotional, social):
    found = score(DJG6, answers)
    assert (found.total, found.code) == (total, code)
    assert found.subscales == {"emotional": emotional, "social": social}


def test_one_missing_item_spoils_its_subscale_and_not_the_total():
    found = score(DJG6, [DECLINED, YES, NO, YES, YES, YES])
    assert found.total == 1
    assert found.subscales == {"emotional": None, "social": 0}


def test_two_missing_items_spoil_the_total():
    found = score(DJG6, [None, YES, NO, YES, YES, None])
    assert found.total is None
    assert found.subscales == {"emotional": None, "social": None}


@pytest.mark.parametrize(
    ("lonely", "code"),
    [(0, "not_lonely"), (2, "not_lonely"), (3, "moderate"), (8, "moderate"), (9, "severe"),
     (10, "severe"), (11, "very_severe")],
)  # fmt: skip
def test_the_eleven_items_are_cut_at_three_nine_and_eleven(lonely, code):
    worst = [YES if YES in one else NO for one in DJG11.counts]
    best = [NO if YES in one else YES for one in DJG11.counts]
    found = score(DJG11, worst[:lonely] + best[lonely:])
    assert (found.total, found.code) == (lonely, code)


def test_an_answer_out_of_range_is_refused_by_its_item():
    with pytest.raises(OutOfRange) as refusal:
        score(WHO5, [0, 1, 6, 0, 0])
    assert refusal.value.item == 3


def test_too_few_answers_are_refused():
    with pytest.raises(WrongNumber):
        score(WHO5, [1, 2])


def test_every_cut_off_of_a_shipped_instrument_covers_its_span_without_gaps():
    for one in shipped().values():
        reached = [total for cut in one.cut_offs for total in range(cut.least, cut.most + 1)]
        assert reached == list(range(one.span[0], one.span[1] + 1)), one.key


def _who5(**changed: str) -> str:
    text = (Path(reader.__file__).parent / "who5_1998.toml").read_text(encoding="utf-8")
    for key, line in changed.items():
        text = "\n".join(line if row.startswith(f"{key} =") else row for row in text.splitlines())
    return text


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("id = ", "", "toml"),
        (_who5(items=""), "items", "missing"),
        (_who5(items='items = "five"'), "items", "type"),
        (_who5(items="items = true"), "items", "type"),
        (_who5(most="most = 0"), "most", "range"),
        (_who5(rule='rule = "average"'), "rule", "choice"),
        (_who5(rule='rule = "count"'), "counts", "missing"),
        (_who5(times="tmies = 4"), "tmies", "unknown"),
        (_who5(id='id = "WHO 5"'), "id", "choice"),
        (_who5(missing="missing = 5"), "missing", "range"),
        (_who5(missing="is_reversed = [6]"), "is_reversed", "range"),
        (_who5(code='code = "A"'), "cut_offs[1].code", "choice"),
        (_who5(at_most='at_most = "low"'), "duties[1].at_most", "type"),
    ],
)
def test_a_definition_that_is_wrong_is_refused_by_its_key(text, key, code):
    with pytest.raises(InstrumentFault) as fault:
        read(text)
    assert (fault.value.key, fault.value.code) == (key, code)


def test_a_reversed_item_is_read_from_the_other_end():
    turned = read(_who5(missing="is_reversed = [1]"))
    assert score(turned, [5, 0, 0, 0, 0]).raw == 0


def test_a_change_is_told_with_its_uncertainty():
    found = change([(40, 48), (48, 56), (52, 52), (36, 60), (60, 60)])
    assert found is not None
    assert (found.n, found.mean) == (5, 8.0)
    # Standard deviation of 8, 8, 0, 24, 0 is 9.798; 2.776 × 9.798 / √5 = 12.164.
    assert (round(found.low or 0, 2), round(found.high or 0, 2)) == (-4.16, 20.16)


def test_one_person_tells_nothing_of_the_uncertainty():
    found = change([(40, 44)])
    assert found is not None
    assert (found.low, found.high) == (None, None)


def test_nobody_has_changed_nothing():
    assert change([]) is None
