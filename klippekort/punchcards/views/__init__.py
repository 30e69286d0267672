"""The screens of schemes and cards; importing one of them hangs it on the blueprint."""

from klippekort.punchcards.views import (
    answers,
    assessing,
    cards,
    changes,
    corrections,
    explain,
    genuine,
    granting,
    pauses,
    requests,
    scheme_files,
    schemes,
)
from klippekort.punchcards.views.blueprint import bp

__all__ = [
    "answers",
    "assessing",
    "bp",
    "cards",
    "changes",
    "corrections",
    "explain",
    "genuine",
    "granting",
    "pauses",
    "requests",
    "scheme_files",
    "schemes",
]
