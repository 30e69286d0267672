"""Words with holes: a fixed set of names in braces, and nothing that can be computed."""

import re
from collections.abc import Iterable, Mapping

from klippekort.domain.errors import DomainError

_HOLE = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")
MOST_WORDS = 15
# Words of offices, in the languages we write: nobody speaks so to a neighbour.
_OFFICE_WORDS = (
    "afgørelse|anmodning|bedes|bevilling|forpligt|forvaltning|henvendelse|hermed|i henhold til|jf|"
    "manglende|myndighed|overtrædelse|pligt|påkræv|pålag|pålæg|sagsbehandl|sanktion|såfremt|"
    "undertegnede|vedrørende|ydelse|"
    "authority|authorities|comply|compliance|failure to|hereby|mandatory|obligat|obliged|penalty|"
    "pursuant|regarding|required|sanction|shall"
)
_OFFICE = re.compile(rf"\b(?:{_OFFICE_WORDS})\w*", re.IGNORECASE)
LONGEST = 480


class UnknownName(DomainError):
    """The words have a hole that nothing fits in; `name` is what stands there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class LooseBrace(DomainError):
    """A brace stands alone."""


def names_in(text: str) -> list[str]:
    """Return the names in braces in the order they stand. Raises LooseBrace."""
    if set("{}") & set(_HOLE.sub("", text)):
        raise LooseBrace
    return [name.strip() for name in _HOLE.findall(text)]


def check(text: str, known: Iterable[str]) -> None:
    """Return quietly when every hole can be filled. Raises UnknownName, LooseBrace."""
    allowed = set(known)
    for name in names_in(text):
        if name not in allowed:
            raise UnknownName(name)


def rename(text: str, names: Mapping[str, str]) -> str:
    """Return words whose holes have other names; what has none keeps its own."""

    def other(found: re.Match[str]) -> str:
        name = found.group(1).strip()
        return f"{{{names.get(name, name)}}}"

    return _HOLE.sub(other, text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the words with their holes filled; what is put in is never read as a hole.

    Raises UnknownName, LooseBrace.
    """
    check(text, values)
    return " ".join(_HOLE.sub(lambda found: values[found.group(1).strip()], text).split())


def long_sentences(text: str) -> list[str]:
    """Return the sentences of more than fifteen words: too long to be heard once."""
    return [one for one in _SENTENCE.split(text) if len(one.split()) > MOST_WORDS]


def office_words(text: str) -> list[str]:
    """Return the words that sound like an office speaking, in the order they stand."""
    return _OFFICE.findall(text)
