"""Several say yes at the same moment, and one is enough."""

from collections.abc import Callable
from datetime import time
from uuid import UUID

import pytest
from flask import Flask

from klippekort.domain.calendar import instant, local_day
from klippekort.domain.errors import Stale
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.services import Covered, answer, cannot_after_all, send_wave
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import NOW, do, read
from tests.integration.hosting.arrange import (
    FAR,
    Person,
    a_volunteer,
    offers,
    the_search,
    to_host,
    tuesdays,
    viggo_of,
)
from tests.races import Outcomes, race

NINE = instant(local_day(NOW), time(9))


@pytest.fixture
def people(committed_cast: Cast) -> list[Person]:
    """Six volunteers."""
    return [a_volunteer(f"{name} Holm") for name in "ABCDEF"]


@pytest.fixture
def date_id(committed_cast: Cast, people: list[Person]) -> UUID:
    """A date for which two have been asked."""
    found = tuesdays(committed_cast)[FAR]
    do(
        cannot_after_all,
        committed_cast.viggo,
        viggo_of(committed_cast),
        to_host(found),
        now=NINE,
    )
    return found


def yes(person: Person) -> Callable[[], object]:
    """Return somebody's yes."""
    (offer_id,) = [row.id for row in offers() if row.volunteer_id == person.id]
    return lambda: execute(answer, person.actor, offer_id, is_yes=True, now=NINE)


def race_and_look(app: Flask, *deeds: Callable[[], object]) -> Outcomes:
    """Let the deeds race, and see afterwards what they did."""
    db.session.rollback()
    outcomes = race(app, HOME, *deeds)
    db.session.rollback()
    return outcomes


def test_of_two_who_say_yes_at_once_one_hosts(
    committed_app: Flask, date_id: UUID, people: list[Person]
) -> None:
    asked = {row.volunteer_id for row in offers() if row.state == "asked"}
    first, second = (one for one in people if one.id in asked)
    outcomes = race_and_look(committed_app, yes(first), yes(second))
    assert len(outcomes.answers) == 1
    assert [type(one) for one in outcomes.refusals] == [Covered]
    assert len(read(hosts_of, date_id)) == 1


def test_two_runs_of_the_job_send_one_wave(committed_app: Flask, date_id: UUID) -> None:
    search, due = the_search().id, the_search().next_at
    outcomes = race_and_look(
        committed_app,
        lambda: execute(send_wave, search, now=due),
        lambda: execute(send_wave, search, now=due),
    )
    assert outcomes.refusals == []
    assert sum(row.state == "asked" for row in offers()) == 6
    assert the_search().wave == 2


def test_saying_no_after_all_twice_at_once_looks_once(
    committed_app: Flask, committed_cast: Cast, people: list[Person]
) -> None:
    date_id = tuesdays(committed_cast)[FAR]
    viggo, wanted = committed_cast.viggo, to_host(date_id)

    def withdraw() -> object:
        return execute(cannot_after_all, viggo, viggo_of(committed_cast), wanted, now=NINE)

    outcomes = race_and_look(committed_app, withdraw, withdraw)
    assert [type(one) for one in outcomes.refusals] == [Stale]
    assert sum(row.state == "asked" for row in offers()) == 2
