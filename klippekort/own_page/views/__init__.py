"""The screens of the own page; importing one of them hangs it on the blueprint."""

from klippekort.own_page.views import (
    data,
    idea,
    kiosk,
    looks,
    opening,
    paper,
    portraits,
    proving,
    reading,
    relatives,
    trips,
    wishes,
)
from klippekort.own_page.views.blueprint import bp

__all__ = [
    "bp",
    "data",
    "idea",
    "kiosk",
    "looks",
    "opening",
    "paper",
    "portraits",
    "proving",
    "reading",
    "relatives",
    "trips",
    "wishes",
]
