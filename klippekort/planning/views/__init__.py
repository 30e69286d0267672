"""The planner's screens; importing one of them hangs it on the blueprint."""

from klippekort.planning.views import away, board, moves, needs, shifts, visits
from klippekort.planning.views.blueprint import bp

__all__ = ["away", "board", "bp", "moves", "needs", "shifts", "visits"]
