"""The screens of trips; importing one of them hangs it on the blueprint."""

from klippekort.trips.views import (
    board,
    book,
    citizen,
    keep,
    own_page,
    print_card,
    show,
    today,
)
from klippekort.trips.views.blueprint import bp

__all__ = ["board", "book", "bp", "citizen", "keep", "own_page", "print_card", "show", "today"]
