"""A clock that stands still on a Monday morning."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from klippekort.platform import clock
from tests.builders import MONDAY


@dataclass
class StandingClock:
    """The time the program believes it is."""

    at: datetime = MONDAY

    def pass_(self, **span: int) -> datetime:
        """Let time pass and return what it is then."""
        self.at += timedelta(**span)
        return self.at


def stand_still(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """Stop the program's clock on Monday morning."""
    standing = StandingClock()
    monkeypatch.setattr(clock, "now", lambda: standing.at)
    return standing
