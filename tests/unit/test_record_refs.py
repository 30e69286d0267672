"""What the care record calls a citizen is never the person number."""

import pytest

from klippekort.domain.record_refs import LONGEST, is_fit, looks_like_person_number, written


@pytest.mark.parametrize(
    "text",
    [
        "0101501234",
        "010150-1234",
        "010150 1234",
        "01 01 50 12 34",
        "010150\u20131234",
        "9999999999",
        "610150-1234",
        "010150-AB12",
        "010150-ab12",
        "CPR 010150-1234",
        "CPR: 0101501234",
        "J-010150-1234",
        "\uff10\uff11\uff10\uff11\uff15\uff10\uff11\uff12\uff13\uff14",
    ],
)
def test_a_person_number_is_told_however_it_is_written(text: str):
    assert looks_like_person_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "J-000123",
        "123456789",
        "12345678901",
        "J-9900000001",
        "B17-2026-44",
        "3f2a9c00-7d1e-4b52-9a63-0101501234bc",
    ],
)
def test_a_reference_is_no_person_number(text: str):
    assert not looks_like_person_number(text)


@pytest.mark.parametrize("ref", ["", "x" * (LONGEST + 1), "J\x00123", "010150-1234"])
def test_what_can_be_nobodys_reference_is_unfit(ref: str):
    assert not is_fit(ref)


def test_a_reference_is_written_on_one_line():
    assert written("  J \n 000123 ") == "J 000123"
