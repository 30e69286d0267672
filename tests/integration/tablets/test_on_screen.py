"""Whoever told it is still looking at the form: a refusal is said there and is nobody's task."""

from uuid import UUID

import pytest

from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet, intent_of, outcome


@pytest.mark.parametrize(("on_screen", "needs_person"), [("1", False), ("", True)])
def test_a_refusal_is_a_task_only_for_what_nobody_looks_at(
    bos: Tablet, trip: UUID, standing_clock: StandingClock, on_screen: str, needs_person: bool
) -> None:
    standing_clock.pass_(minutes=30)
    bos.log_in_again()
    sent = bos.intent("finish", trip, started="09:50", ended="23:00")
    headers = {"X-On-Screen": on_screen} if on_screen else {}
    assert outcome(bos.send(sent, **headers)) == "refused"
    assert intent_of(sent).needs_person is needs_person
