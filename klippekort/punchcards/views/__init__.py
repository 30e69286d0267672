"""The screens of schemes and cards; importing one of them hangs it on the blueprint."""

from klippekort.punchcards.views import (
    answers,
    cards,
    changes,
    corrections,
    explain,
    genuine,
    pauses,
    scheme_files,
    schemes,
)
from klippekort.punchcards.views.blueprint import bp

__all__ = [
    "answers",
    "bp",
    "cards",
    "changes",
    "corrections",
    "explain",
    "genuine",
    "pauses",
    "scheme_files",
    "schemes",
]
