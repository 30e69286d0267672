"""The screens of schemes and cards; importing one of them hangs it on the blueprint."""

from klippekort.punchcards.views import cards, schemes
from klippekort.punchcards.views.blueprint import bp

__all__ = ["bp", "cards", "schemes"]
