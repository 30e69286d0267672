"""The pages of what people think."""

from klippekort.feedback.views import handling, paper, public
from klippekort.feedback.views.blueprint import bp

__all__ = ["bp", "handling", "paper", "public"]
