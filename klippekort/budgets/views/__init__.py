"""The pages of money."""

from klippekort.budgets.views import lapsing, statement, years
from klippekort.budgets.views.blueprint import bp

__all__ = ["bp", "lapsing", "statement", "years"]
