"""Letters as PDF to Digital Post: the shape of whoever brings them there, and who that is here.

An adapter is any object of this shape that the program is started with, under `letter_post`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from flask import current_app


@dataclass(frozen=True)
class Post:
    """A letter as Digital Post gets it. `key` and `made_at` are the same in every try."""

    key: str
    person_number: str = field(repr=False)
    title: str
    pdf: bytes = field(repr=False)
    made_at: datetime


class LetterPost(Protocol):
    """Whoever brings letters to Digital Post for us."""

    def reaches(self, person_number: str) -> bool:
        """Say whether this person gets Digital Post, and is not exempt from it."""

    def send(self, post: Post) -> str:
        """Hand a letter over and return their own number for it. Raises NotNow and Refused."""


def letter_post() -> LetterPost | None:
    """Return who brings our letters to Digital Post, or None."""
    found: LetterPost | None = current_app.extensions.get("letter_post")
    return found
