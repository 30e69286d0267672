"""The pages of relatives."""

from klippekort.relatives.views import entering, mine, proposals, staff
from klippekort.relatives.views.blueprint import bp

__all__ = ["bp", "entering", "mine", "proposals", "staff"]
