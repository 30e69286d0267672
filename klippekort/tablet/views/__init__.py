"""The screens and answers of the tablet; importing one of them hangs it on the blueprint."""

from klippekort.tablet.views import cards, intents, lock, shell
from klippekort.tablet.views.blueprint import bp

__all__ = ["bp", "cards", "intents", "lock", "shell"]
