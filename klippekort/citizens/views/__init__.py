"""The screens of citizens; importing one of them hangs it on the blueprint."""

from klippekort.citizens.views import (
    absences,
    contacts,
    find,
    leaving,
    looks,
    messages,
    records,
    rectifying,
)
from klippekort.citizens.views.blueprint import bp

__all__ = [
    "absences",
    "bp",
    "contacts",
    "find",
    "leaving",
    "looks",
    "messages",
    "records",
    "rectifying",
]
