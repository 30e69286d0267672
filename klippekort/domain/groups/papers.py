"""What may be shared as a paper: a plain PDF, and nothing that acts when it is opened."""

import re

from klippekort.domain.errors import DomainError

MOST_BYTES = 5 * 1024 * 1024
# What makes a paper act or carry others along. Names may be spelt with #41 for A.
_ACTS = frozenset(
    {"JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "OpenAction", "AA"}
)
_NAME = re.compile(rb"/([A-Za-z#0-9]{2,40})")
_SPELT = re.compile(rb"#([0-9A-Fa-f]{2})")
_BEGINS, _ENDS = b"%PDF-", b"%%EOF"


class NotAPaper(DomainError):
    """The file is no PDF, or only the beginning of one."""


class PaperTooLarge(DomainError):
    """The file is larger than anybody needs."""


class PaperActs(DomainError):
    """The PDF holds a script, a program or another file."""


def checked(content: bytes) -> bytes:
    """Return a PDF that is whole and does nothing by itself, as far as it can be read.

    Raises PaperTooLarge, NotAPaper and PaperActs. What is packed inside it cannot be read here, so
    it is never shown in a page but handed over as a file.
    """
    if len(content) > MOST_BYTES:
        raise PaperTooLarge
    if not content.startswith(_BEGINS) or _ENDS not in content[-2048:]:
        raise NotAPaper
    if any(_plain(name) in _ACTS for name in _NAME.findall(content)):
        raise PaperActs
    return content


def _plain(name: bytes) -> str:
    spelt = _SPELT.sub(lambda found: bytes([int(found[1], 16)]), name)
    return spelt.decode("ascii", "replace")
