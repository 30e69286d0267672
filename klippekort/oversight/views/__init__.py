"""Every screen of those who oversee."""

from klippekort.oversight.views import keeping, looks
from klippekort.oversight.views.blueprint import bp

__all__ = ["bp", "keeping", "looks"]
