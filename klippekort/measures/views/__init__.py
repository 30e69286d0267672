"""The pages of measures."""

from klippekort.measures.views import asking, due, duties, paper, reminding, setting_up
from klippekort.measures.views.blueprint import bp

__all__ = ["asking", "bp", "due", "duties", "paper", "reminding", "setting_up"]
