"""The pages of messages, and where the gateway tells us what became of them."""

from klippekort.messages.views import devices, gateway, ladder, letters, queue, settings
from klippekort.messages.views.blueprint import bp

__all__ = ["bp", "devices", "gateway", "ladder", "letters", "queue", "settings"]
