"""Browsers of the cast on a Monday that stands still, and a second coordinator."""

from tests.integration.punchcards.conftest import browse, standing_clock

__all__ = ["browse", "standing_clock"]
