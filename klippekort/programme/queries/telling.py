"""Whether people without a log-in may tell the municipality of somebody who is much alone."""

from dataclasses import dataclass

from klippekort.platform.events import ask


@dataclass(frozen=True)
class MayTell:
    """The question whether such a page is open; the answers are truths."""


def may_tell() -> bool:
    """Say whether the public page that takes such word is open."""
    return any(ask(MayTell()))
