"""An address in the window of an envelope: whole, with its postcode, however long it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.papers.envelope import HEIGHT, LINE, WIDTH, in_window, return_lines
from klippekort.domain.papers.room import lines_of

KAREN = (
    "Karen Margrethe Østergaard Lauridsen",
    "Gammel Ringkøbing Landevej 112, 3. tv.",
    "6950 Ringkøbing",
)


def test_a_short_address_is_large():
    assert in_window(("Ellen Sørensen", "Åvej 7", "4681 Lindeby")).size == 18


def test_a_long_address_is_smaller_and_whole():
    seen = in_window(KAREN)
    assert seen.lines == KAREN
    assert 12 <= seen.size < 18


@given(st.lists(st.text("aWå 1,.-é", min_size=1, max_size=90), max_size=7))
def test_what_is_in_the_window_is_seen_and_so_is_the_postcode(lines: list[str]):
    seen = in_window([*lines, "6950 Ringkøbing"])
    count = sum(lines_of(line, WIDTH, seen.size) for line in seen.lines)
    assert count * seen.size * LINE <= HEIGHT
    assert seen.size >= 12
    assert seen.lines[-1] == "6950 Ringkøbing"


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("Torvet 1\n4681 Lindeby", "Lindeby Kommune"),
        ("Lindeby Kommune\nTorvet 1", "Lindeby Kommune"),
        ("LINDEBY KOMMUNE\nTorvet 1", "LINDEBY KOMMUNE"),
        ("\nLindeby Kommune, Fællesskab\n\nTorvet 1", "Lindeby Kommune, Fællesskab"),
        ("Lindeby Kommunes Hus\nTorvet 1", "Lindeby Kommune"),
        ("", "Lindeby Kommune"),
        (None, "Lindeby Kommune"),
    ],
)
def test_the_name_is_written_once_in_the_return_address(address: str | None, first: str):
    lines = return_lines("Lindeby Kommune", address)
    assert lines[0] == first
    assert sum(line.casefold() == "lindeby kommune" for line in lines) <= 1
    assert "" not in lines
