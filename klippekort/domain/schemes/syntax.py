"""Where a text stops being TOML, and why, as the one who wrote it would say it."""

import re
from tomllib import TOMLDecodeError

from klippekort.domain.schemes.codec import Fault, Wrong

LONGEST_SAID = 60
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
# How the reader's messages begin, and what is then wrong.
_REASONS = (
    ("Illegal character '\\n'", Wrong.NO_QUOTE),
    ("Unterminated string", Wrong.NO_QUOTE),
    ("Expected \"'''\"", Wrong.NO_QUOTE),
    ("Expected ']'", Wrong.NO_BRACKET),
    ("Expected ']]'", Wrong.NO_BRACKET),
    ("Unclosed", Wrong.NO_BRACKET),
    ("Expected '='", Wrong.NO_EQUALS),
    ("Cannot", Wrong.TWICE),
    ("Duplicate", Wrong.TWICE),
    ("Invalid value", Wrong.NO_VALUE),
    ("Invalid date", Wrong.NOT_A_DATE),
    ("Expected newline", Wrong.TOO_MUCH),
    ("Illegal character", Wrong.BAD_SIGN),
    ("Found invalid character", Wrong.BAD_SIGN),
    ("Unescaped", Wrong.BACKSLASH),
    ("Invalid hex", Wrong.BACKSLASH),
    ("Escaped", Wrong.BACKSLASH),
)
_KEY = r"""(?:[\w.-]|"[^"\n]*"|'[^'\n]*')+"""
_STATEMENT = re.compile(rf"^[ \t]*{_KEY}[ \t]*=", re.MULTILINE)
_NEXT = re.compile(rf"{_KEY}[ \t]*=|\[")
_STRING = re.compile(
    r"""\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*""", re.DOTALL
)
_QUOTES = ('"""', "'''")


def syntax_fault(text: str, error: TOMLDecodeError) -> Fault:
    """Return what is wrong in a text that is no TOML, as one fault at key "": its line, the reason,
    and what stands on the line. `text` has plain line feeds.
    """
    told = str(error)
    wrong = next((wrong for begins, wrong in _REASONS if told.startswith(begins)), Wrong.NOT_TOML)
    at = _offset(text, told)
    if wrong in (Wrong.NO_VALUE, Wrong.TOO_MUCH) and text.startswith("=", at):
        wrong = Wrong.TWO_EQUALS
    opened = _opened(text, at)
    if opened is not None and wrong in (Wrong.NO_BRACKET, Wrong.NO_VALUE, Wrong.TOO_MUCH):
        wrong, at = Wrong.NO_BRACKET, opened
    elif wrong is Wrong.NO_QUOTE and not _PLACE.search(told):
        at = max(text.rfind(quotes) for quotes in _QUOTES) if _is_long(text) else at
    line = text.count("\n", 0, at) + 1
    said = "".join(sign for sign in text.split("\n")[line - 1] if sign.isprintable())
    return Fault("", wrong, said.strip()[:LONGEST_SAID], line=line)


def _offset(text: str, told: str) -> int:
    """Return where the reader stopped; at the end, the last character that says something."""
    if place := _PLACE.search(told):
        line, column = int(place[1]), int(place[2])
        return sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1
    return max(len(text.rstrip()) - 1, 0)


def _opened(text: str, at: int) -> int | None:
    """Return where a bracket stands that is still open when the next rule or part begins, or the
    text ends; None where there is none.
    """
    rest = text[at:].lstrip("\n\t ]}")
    if rest and not _NEXT.match(text, at):
        return None
    begun = list(_STATEMENT.finditer(text, 0, at))
    if not begun:
        return None
    start = begun[-1].end()
    end = at if rest else len(text)
    bare = _STRING.sub(lambda found: " " * len(found[0]), text[start:end])
    still_open = []
    for number, sign in enumerate(bare):
        if sign in "[{":
            still_open.append(start + number)
        elif sign in "]}" and still_open:
            still_open.pop()
    return still_open[0] if still_open else None


def _is_long(text: str) -> bool:
    """Say whether the text that never ends is one of several lines."""
    return any(text.count(quotes) % 2 for quotes in _QUOTES)
