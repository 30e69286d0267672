"""The screens of the own page; importing one of them hangs it on the blueprint."""

from klippekort.own_page.views import (
    call_name,
    data,
    devices,
    family_days,
    idea,
    kiosk,
    looks,
    opening,
    paper,
    portraits,
    proving,
    reading,
    relatives,
    told,
    trips,
    wishes,
)
from klippekort.own_page.views.blueprint import bp

__all__ = [
    "bp",
    "call_name",
    "data",
    "devices",
    "family_days",
    "idea",
    "kiosk",
    "looks",
    "opening",
    "paper",
    "portraits",
    "proving",
    "reading",
    "relatives",
    "told",
    "trips",
    "wishes",
]
