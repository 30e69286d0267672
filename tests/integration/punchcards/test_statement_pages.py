"""A long statement comes a page at a time, and every page knows what was free."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.statements import A_PAGE, statement_lines
from klippekort.punchcards.services.bookings import hold_minutes, release_minutes
from tests.builders import a_card
from tests.cast import HOME, Cast
from tests.login import log_in

ALL = 1000


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Return a card with more lines than a page holds: trips booked, some of them called off."""
    made, now, today = a_card(cast, cast.ellen, now=clock.now()), clock.now(), clock.today()
    with acting_for(HOME):
        for number in range(A_PAGE // 2):
            trip = new_id()
            execute(hold_minutes, cast.asta, made, trip, 2, on=today, today=today, now=now)
            if number % 4:
                execute(
                    release_minutes, cast.asta, made, trip, today=today, now=now, reason="citizen"
                )
        execute(hold_minutes, cast.asta, made, new_id(), 240, on=today, today=today, now=now)
        for _ in range(5):
            execute(hold_minutes, cast.asta, made, new_id(), 1, on=today, today=today, now=now)
    return made


def test_pages_say_what_one_long_list_would_say(card: UUID) -> None:
    with acting_for(HOME):
        whole = statement_lines(card, before=ALL, limit=ALL)
        first = statement_lines(card, before=ALL)
        second = statement_lines(card, before=first[-1].entry.seq)
    assert [line.entry.seq for line in first + second] == [line.entry.seq for line in whole]
    assert [line.free_after for line in first + second] == [line.free_after for line in whole]
    assert len(first) == A_PAGE


def test_before_the_first_line_nothing_was_free(card: UUID) -> None:
    with acting_for(HOME):
        oldest = statement_lines(card, before=ALL, limit=ALL)[-1]
    assert oldest.free_after == oldest.entry.minutes


def test_the_page_leads_to_the_older_lines_and_stops_at_the_first(
    card: UUID, client: FlaskClient, cast: Cast
) -> None:
    log_in(client, cast.asta)
    newest = client.get(f"/klippekort/{card}").text
    with acting_for(HOME):
        oldest = statement_lines(card, before=ALL)[-1].entry.seq
    assert f"foer={oldest}" in newest
    assert "foer=" not in client.get(f"/klippekort/{card}?foer={oldest}").text


@pytest.mark.parametrize("said", ["-1", "99999999999999999999", "x"])
def test_a_number_that_makes_no_sense_still_shows_a_page(
    card: UUID, client: FlaskClient, cast: Cast, said: str
) -> None:
    assert log_in(client, cast.asta).get(f"/klippekort/{card}?foer={said}").status_code == 200
