"""An address that can be seen through the window of an envelope: whole, and as large as it can."""

from collections.abc import Sequence
from dataclasses import dataclass

from klippekort.domain.papers.room import lines_of, width_of

POINTS = 72 / 25.4
WIDTH, HEIGHT, LINE = 86 * POINTS, 33 * POINTS, 1.15
"""The window in points, as static/css/paper.css has it, and how high a line is to its letters."""

SIZES = (18, 16, 14, 12)
_SMALLEST = SIZES[-1]
_MOST = int(HEIGHT // (_SMALLEST * LINE))


@dataclass(frozen=True)
class InWindow:
    """What stands in the window: its lines, and the size of their type in points."""

    lines: tuple[str, ...]
    size: int


def in_window(lines: Sequence[str]) -> InWindow:
    """Return an address in the largest type in which all of it is seen: 18 points, never below 12.

    Where even those are too large, lines before the last are cut: the postcode is never lost.
    """
    said = tuple(text for line in lines if (text := " ".join(line.split())))
    for size in SIZES:
        if sum(lines_of(line, WIDTH, size) for line in said) * size * LINE <= HEIGHT:
            return InWindow(said, size)
    first, last = said[:-1], said[-1]
    if len(first) >= _MOST:
        rest = ", ".join(first[_MOST - 2 :])
        first = (*first[: _MOST - 2], rest)
    return InWindow(tuple(_one_line(line) for line in (*first, last)), _SMALLEST)


def return_lines(name: str, address: str | None) -> tuple[str, ...]:
    """Return where answers on paper are sent, from the municipality's name on.

    The name is left out where the first line of the address says it or begins with it.
    """
    lines = tuple(line for part in (address or "").splitlines() if (line := part.strip()))
    said = lines[0].casefold() if lines else ""
    rest = said.removeprefix(name.strip().casefold())
    is_said = said != rest and not rest[:1].isalnum()
    return lines if is_said else (name, *lines)


def _one_line(line: str) -> str:
    if width_of(line, _SMALLEST) <= WIDTH:
        return line
    while line and width_of(f"{line} …", _SMALLEST) > WIDTH:
        line = line[:-1]
    return f"{line.rstrip()} …"
