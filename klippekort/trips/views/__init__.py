"""The screens of trips; importing one of them hangs it on the blueprint."""

from klippekort.trips.views import (
    agreements,
    board,
    book,
    citizen,
    happenings,
    keep,
    own_page,
    print_card,
    show,
    today,
    trip,
)
from klippekort.trips.views.blueprint import bp

__all__ = [
    "agreements",
    "board",
    "book",
    "bp",
    "citizen",
    "happenings",
    "keep",
    "own_page",
    "print_card",
    "show",
    "today",
    "trip",
]
