"""The screens of trips; importing one of them hangs it on the blueprint."""

from klippekort.trips.views import (
    agreements,
    board,
    book,
    check,
    citizen,
    family_days,
    happenings,
    keep,
    on_way,
    open_ref,
    own_way,
    place,
    print_card,
    show,
    today,
    together,
    trip,
)
from klippekort.trips.views.blueprint import bp

__all__ = [
    "agreements",
    "board",
    "book",
    "bp",
    "check",
    "citizen",
    "family_days",
    "happenings",
    "keep",
    "on_way",
    "open_ref",
    "own_way",
    "place",
    "print_card",
    "show",
    "today",
    "together",
    "trip",
]
