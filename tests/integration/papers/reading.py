"""Reading drawn PDFs as people and screen readers do."""

import re
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
_SIDES = ("width", "height")


def _said(drawn: bytes, folder: Path, *command: str, stdout: bool = True) -> str:
    file = folder / "drawn.pdf"
    file.write_bytes(drawn)
    last = ["-"] if stdout else []
    run = subprocess.run([*command, str(file), *last], capture_output=True, check=True)
    return run.stdout.decode()


def words(drawn: bytes, folder: Path) -> str:
    """Return what stands on it, on one line."""
    return " ".join(_said(drawn, folder, "pdftotext", "-layout").split())


def facts(drawn: bytes, folder: Path) -> dict[str, str]:
    """Return what the document says of itself."""
    lines = _said(drawn, folder, "pdfinfo", stdout=False).splitlines()
    return {name: said.strip() for name, _colon, said in (line.partition(":") for line in lines)}


def smallest(drawn: bytes, folder: Path) -> float:
    """Return the height of the smallest type in points."""
    said = _said(drawn, folder, "pdftohtml", "-xml", "-stdout", "-i", "-zoom", "1", stdout=False)
    sizes = [part.split('size="')[1].split('"')[0] for part in said.split("<fontspec")[1:]]
    return min(float(size) for size in sizes)


def printed_over(drawn: bytes, folder: Path) -> list[tuple[str, str]]:
    """Return the pairs of words of which one is printed over the other."""
    said = _said(drawn, folder, "pdftotext", "-bbox")
    return [pair for page in said.split("<page ")[1:] for pair in _over_each_other(page)]


def _over_each_other(page: str) -> Iterator[tuple[str, str]]:
    found = [(*map(float, box), word) for *box, word in _WORD.findall(page)]
    for (left, top, right, foot, one), (
        its_left,
        its_top,
        its_right,
        its_foot,
        other,
    ) in combinations(found, 2):
        beside = min(right, its_right) - max(left, its_left)
        below = min(foot, its_foot) - max(top, its_top)
        if beside > 1 and below > (foot - top) / 2:
            yield one, other


def beside_the_paper(drawn: bytes, folder: Path) -> list[str]:
    """Return the words that stand, in whole or in part, outside their page."""
    said, found = _said(drawn, folder, "pdftotext", "-bbox"), []
    for page in said.split("<page ")[1:]:
        width, height = (float(page.split(f'{side}="')[1].split('"')[0]) for side in _SIDES)
        for *box, word in _WORD.findall(page):
            left, top, right, foot = map(float, box)
            if min(left, top) < 0 or right > width or foot > height:
                found.append(word)
    return found
