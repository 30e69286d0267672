"""Two at once: a code that is used up, and a friend who goes along a set number of times."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from flask import Flask

from klippekort.accounts.services import log_in_by_code
from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import services
from klippekort.volunteers.services.company import NoTimesLeft, arrange_company
from tests.cast import HOME, Cast
from tests.races import race

PHONE = "+4520123457"


def offer(cast: Cast) -> None:
    """Let Viggo go along with one person, once; his record is in order."""
    profile = services.Profile("Viggo Vang", phone=PHONE, goes_along=True, go_along_times=1)
    found = services.Found(Kind.CRIMINAL_RECORD, Outcome.PASSED, date(2026, 1, 5))
    with acting_for(HOME):
        execute(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())
        execute(services.record_clearance, cast.karen, cast.viggo.person_id, found, now=clock.now())


def test_a_code_lets_one_in(committed_app: Flask, committed_cast: Cast) -> None:
    cast, now = committed_cast, clock.now()
    offer(cast)
    with acting_for(HOME):
        execute(
            services.give_volunteer_code,
            cast.karen,
            cast.viggo.person_id,
            code="123456",
            now=now,
        )
    outcomes = race(committed_app, HOME, *[lambda: log_in_by_code(PHONE, "123456", now)] * 4)
    assert outcomes.refusals == []
    assert [one for one in outcomes.answers if one] == [cast.viggo.account_id]


def test_the_set_number_of_times_holds_for_two_coordinators(
    committed_app: Flask, committed_cast: Cast
) -> None:
    cast, now = committed_cast, clock.now()
    offer(cast)

    def arrange(days: int) -> UUID:
        answer = execute(
            arrange_company,
            cast.karen,
            cast.viggo.person_id,
            cast.ellen,
            task=Task.GO_ALONG,
            on_day=clock.today() + timedelta(days=days),
            now=now,
        )
        return UUID(answer)

    outcomes = race(committed_app, HOME, *(partial(arrange, days) for days in range(1, 5)))
    assert len(outcomes.answers) == 1
    assert {type(one) for one in outcomes.refusals} == {NoTimesLeft}
