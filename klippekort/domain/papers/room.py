"""How much room words take on paper: counted on the large side, so that nothing is printed over."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

# Thousandths of the size of the type, rounded up, as IBM Plex Sans has them, plain and bold.
_WIDTHS = {
    letter: (plain, bold)
    for plain, bold, letters in (
        (240, 240, " "),
        (250, 270, "'"),
        (250, 290, "ijı"),
        (280, 300, "’"),
        (280, 310, "l,."),
        (280, 320, "ł"),
        (290, 320, "!"),
        (300, 330, ":;"),
        (320, 340, "[]"),
        (320, 410, "|"),
        (330, 370, "f"),
        (340, 340, "()"),
        (350, 380, "{}"),
        (360, 390, "t"),
        (370, 410, "r"),
        (390, 460, "/\\"),
        (400, 410, "-"),
        (400, 430, "•"),
        (400, 440, "I"),
        (420, 500, '"'),
        (450, 610, "*"),
        (470, 520, "z"),
        (480, 500, "?"),
        (480, 540, "“”"),
        (490, 510, "s"),
        (500, 540, "vy"),
        (510, 520, "c"),
        (510, 530, "L"),
        (510, 540, "Ł"),
        (510, 560, "xJ"),
        (530, 560, "g"),
        (530, 580, "k"),
        (540, 570, "a"),
        (550, 570, "e"),
        (560, 570, "o"),
        (560, 590, "F"),
        (570, 560, "_"),
        (570, 580, "ø"),
        (570, 600, "hnu"),
        (580, 590, "T"),
        (580, 610, "bdpqZ"),
        (590, 590, "–"),
        (590, 610, "E"),
        (590, 630, "S"),
        (600, 600, "0123456789+<=>^`~"),
        (600, 610, "$"),
        (600, 650, "Y"),
        (610, 650, "V"),
        (610, 660, "P"),
        (620, 680, "X"),
        (630, 660, "C"),
        (640, 680, "R"),
        (640, 700, "Kß"),
        (650, 690, "A"),
        (660, 670, "B"),
        (680, 700, "DU"),
        (700, 720, "G"),
        (700, 730, "&"),
        (710, 720, "OQØ"),
        (710, 730, "HN"),
        (720, 640, "#"),
        (770, 850, "w"),
        (780, 780, "—"),
        (810, 900, "…"),
        (820, 820, "M"),
        (870, 870, "æ"),
        (880, 900, "m"),
        (900, 910, "@"),
        (900, 980, "W"),
        (910, 970, "Æ"),
        (930, 980, "%"),
    )
    for letter in letters
}
_ARABIC = range(0x0600, 0x0700)
_WIDEST = 1200
# Rather more than such letters are in a row: joined, most are narrow. Marks stand above them.
_ARABIC_WIDTHS = 620, 700
# They turn the way that is read, and take no room.
_UNSEEN = frozenset("\u2066\u2067\u2068\u2069\u200e\u200f\u00ad")


@dataclass(frozen=True)
class Words:
    """A paragraph: what it says, how wide a line is in points, the size of its type and the height
    of its lines in points, and the room around it in points.
    """

    text: str
    width: float
    size: float
    line: float
    around: float = 0
    is_bold: bool = False

    @property
    def height(self) -> float:
        """Return the height in points that it takes at most."""
        return (
            lines_of(self.text, self.width, self.size, is_bold=self.is_bold) * self.line
            + self.around
        )


def height_of(paragraphs: Iterable[Words]) -> float:
    """Return the height in points that paragraphs below each other take at most."""
    return sum(one.height for one in paragraphs)


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a text is at most, in points like the size of its type."""
    return sum(_widths(letter)[is_bold] for letter in text) * size / 1000


def lines_of(text: str, width: float, size: float, *, is_bold: bool = False) -> int:
    """Return how many lines a text takes at most on lines so many points wide: at least one.

    A word that is wider than a line goes on on the next.
    """
    lines, used = 1, 0.0
    blank = width_of(" ", size, is_bold=is_bold)
    for word in text.split(" "):
        wide = width_of(word, size, is_bold=is_bold)
        if used and used + blank + wide <= width:
            used += blank + wide
            continue
        lines += bool(used)
        more = int(wide // width)
        lines, used = lines + more, wide - more * width
    return lines


@lru_cache(maxsize=1024)
def _widths(letter: str) -> tuple[int, int]:
    if letter in _UNSEEN or combining(letter):
        return 0, 0
    if ord(letter) in _ARABIC:
        return _ARABIC_WIDTHS
    # An accent takes no room beside its letter.
    known = _WIDTHS.get(letter) or _WIDTHS.get(normalize("NFD", letter)[0])
    return known or (_WIDEST, _WIDEST)
