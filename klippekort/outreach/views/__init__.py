"""The pages of outreach."""

from klippekort.outreach.views import (
    cases,
    coverage,
    noticing,
    queue,
    referring,
    respecting,
    setting,
    worklist,
)
from klippekort.outreach.views.blueprint import bp

__all__ = [
    "bp",
    "cases",
    "coverage",
    "noticing",
    "queue",
    "referring",
    "respecting",
    "setting",
    "worklist",
]
