"""Every look is on record, and a look at somebody else's citizen takes a reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from klippekort.citizens import queries, services
from klippekort.citizens.forms.look_words import PURPOSES
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import ADDRESS, add, inger

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def clock_at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def purposes_of(citizen_id: object) -> list[str | None]:
    """Return the purposes in a citizen's log, the oldest first."""
    with acting_for(HOME):
        lines = (
            select(AuditLine.purpose)
            .join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
            .where(AuditCitizen.citizen_id == citizen_id)
            .order_by(AuditLine.at, AuditLine.id)
        )
        return list(db.session.scalars(lines))


@pytest.mark.parametrize(
    ("who", "address", "purpose"),
    [
        ("mia", "/borgere?q=el", "find_citizen"),
        ("bo", "/borgere", "find_citizen"),
        ("karen", "/borgere?q=el", "find_citizen"),
        ("mia", "/borgere/{}/adgang", "open_access"),
        ("bo", "/borgere/{}/oplysninger", "see_facts"),
        ("asta", "/borgere/{}/ret", "change_citizen"),
        ("karen", "/borgere/{}/fravaer", "record_absence"),
        ("karen", "/borgere/{}/log", "answer_log_request"),
    ],
)
def test_a_page_that_shows_a_citizen_is_on_record_with_its_purpose(
    cast: Cast, browse: Browser, who: str, address: str, purpose: str
):
    answer = browse(getattr(cast, who)).get(address.format(cast.ellen))
    assert answer.status_code == 200
    assert purposes_of(cast.ellen) == [purpose]


def test_a_page_that_is_refused_shows_nobody(cast: Cast, browse: Browser):
    browse(cast.mia).get(f"/borgere/{cast.ellen}/oplysninger")
    assert purposes_of(cast.ellen) == []


def test_a_search_records_only_those_shown(cast: Cast, browse: Browser):
    browse(cast.karen).get("/borgere?q=el")
    assert purposes_of(cast.poul) == []


def test_every_purpose_of_these_pages_has_words(app: Flask):
    pages = [view for name, view in app.view_functions.items() if name.startswith("citizens.")]
    purposes = {access.purpose for view in pages if (access := access_of(view))}
    assert purposes
    assert purposes <= set(PURPOSES)


def test_access_opens_the_citizens_page(cast: Cast, browse: Browser):
    answer = browse(cast.mia).post(
        f"/borgere/{cast.ellen}/adgang", data={"key": str(uuid4()), "reason": "covering"}
    )
    assert answer.status_code == 303
    assert answer.location == f"/borgere/{cast.ellen}"
    assert purposes_of(cast.ellen) == ["covering"]


def test_access_without_a_reason_is_not_given(cast: Cast, browse: Browser):
    answer = browse(cast.mia).post(f"/borgere/{cast.ellen}/adgang", data={"key": str(uuid4())})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text


def test_a_double_press_opens_once(cast: Cast, browse: Browser):
    mia, form = browse(cast.mia), {"key": str(uuid4()), "reason": "emergency"}
    for _ in range(2):
        mia.post(f"/borgere/{cast.ellen}/adgang", data=form)
    with acting_for(HOME):
        assert queries.count_openings() == 1


def test_ones_own_citizen_needs_no_opening(cast: Cast, browse: Browser):
    answer = browse(cast.bo).get(f"/borgere/{cast.ellen}/adgang")
    assert (answer.status_code, answer.location) == (303, f"/borgere/{cast.ellen}")


def _open(cast: Cast, reason: str = "covering") -> str:
    opened: str = execute(services.open_access, cast.mia, cast.ellen, reason, NOON)
    return opened


def test_an_opening_lasts_half_an_hour(cast: Cast):
    with acting_for(HOME):
        _open(cast)
        for minutes, is_open in ((0, True), (29, True), (30, False), (-1, False)):
            now = NOON + timedelta(minutes=minutes)
            found = queries.open_access_of(cast.mia.account_id, cast.ellen, now)
            assert (found is not None) is is_open


def test_an_opening_is_for_one_person_and_one_citizen(cast: Cast):
    with acting_for(HOME):
        _open(cast)
        assert queries.open_access_of(cast.bo.account_id, cast.ellen, NOON) is None
        assert queries.open_access_of(cast.mia.account_id, cast.poul, NOON) is None


def test_an_opening_shows_no_facts(cast: Cast, browse: Browser):
    with acting_for(HOME):
        _open(cast)
    assert browse(cast.mia).get(f"/borgere/{cast.ellen}/oplysninger").status_code == 403


def test_the_page_opens_for_half_an_hour_from_the_press(
    cast: Cast, browse: Browser, clock_at_noon: time_machine.Traveller
):
    browse(cast.mia).post(
        f"/borgere/{cast.ellen}/adgang", data={"key": str(uuid4()), "reason": "she_called"}
    )
    with acting_for(HOME):
        found = queries.open_access_of(cast.mia.account_id, cast.ellen, NOON)
    assert found is not None
    assert found.ends_at == NOON + timedelta(minutes=30)


def test_a_reason_nobody_knows_is_refused(cast: Cast):
    with acting_for(HOME), pytest.raises(services.UnknownReason):
        _open(cast, "curious")


@pytest.mark.parametrize("who", ["karen", "viggo", "ada"])
def test_only_care_workers_open_access(cast: Cast, who: str):
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(services.open_access, getattr(cast, who), cast.ellen, "covering", NOON)


def test_access_to_the_other_municipality_is_not_found(cast: Cast):
    with acting_for(HOME), pytest.raises(NotFound):
        execute(services.open_access, cast.mia, cast.gudrun, "covering", NOON)


def test_the_coordinator_sees_who_opened_whom(cast: Cast, browse: Browser):
    with acting_for(HOME):
        _open(cast)
    page = browse(cast.karen).get("/borgere/adgange").text
    assert "Mia Møller" in page
    assert "Ellen Sørensen" in page


def test_a_planner_sees_openings_of_the_own_suppliers_citizens(cast: Cast, browse: Browser):
    away = add(cast.asta, replace(inger(cast), supplier_id=cast.private_supplier))
    with acting_for(HOME):
        _open(cast)
        execute(services.open_access, cast.mia, away, "covering", NOON)
    page = browse(cast.ida).get("/borgere/adgange").text
    assert "Ellen Sørensen" in page
    assert "Inger Åkjær" not in page


def test_care_workers_do_not_see_openings(cast: Cast, browse: Browser):
    assert browse(cast.bo).get("/borgere/adgange").status_code == 403


def test_the_log_tells_role_and_purpose_but_no_name(cast: Cast, browse: Browser):
    browse(cast.bo).get(f"/borgere/{cast.ellen}/oplysninger")
    page = browse(cast.karen).get(f"/borgere/{cast.ellen}/log").text
    assert str(PURPOSES["see_facts"]) in page
    assert "Bo Berg" not in page


def test_the_log_is_shown_fifty_lines_at_a_time(cast: Cast, browse: Browser):
    with acting_for(HOME):
        for _ in range(51):
            _open(cast)
    karen = browse(cast.karen)
    first = karen.get(f"/borgere/{cast.ellen}/log").text
    second = karen.get(f"/borgere/{cast.ellen}/log?side=2").text
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("who", ["bo", "viggo", "ada"])
def test_others_do_not_see_the_log(cast: Cast, browse: Browser, who: str):
    assert browse(getattr(cast, who)).get(f"/borgere/{cast.ellen}/log").status_code == 403


def test_a_protected_address_takes_one_more_press(cast: Cast, browse: Browser):
    new = add(cast.asta, replace(inger(cast), has_protected_address=True))
    bo, page = browse(cast.bo), f"/borgere/{new}/oplysninger"
    assert ADDRESS not in bo.get(page).text
    assert ADDRESS in bo.post(page).text
    assert "see_address" in purposes_of(new)


def test_a_protected_address_is_not_for_somebody_elses_care_worker(cast: Cast, browse: Browser):
    new = add(cast.asta, replace(inger(cast), has_protected_address=True))
    assert browse(cast.mia).post(f"/borgere/{new}/oplysninger").status_code == 403
