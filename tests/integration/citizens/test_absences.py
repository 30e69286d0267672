"""When citizens are away."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from klippekort.citizens import queries, services
from klippekort.domain.accrual import AbsenceSpan
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.permissions import Actor
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.conftest import Browser

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def _away(actor: Actor, citizen: UUID, until: date | None = None, kind: str = "hospital") -> UUID:
    with acting_for(HOME):
        return UUID(execute(services.record_absence, actor, citizen, kind, MONDAY, until, NOW))


def _spans(citizen: UUID) -> list[AbsenceSpan]:
    with acting_for(HOME):
        return queries.absences_of(citizen)


@pytest.mark.parametrize("who", ["asta", "karen", "ida"])
def test_an_absence_is_read_as_the_rules_read_it(cast: Cast, who: str):
    _away(getattr(cast, who), cast.ellen)
    assert _spans(cast.ellen) == [AbsenceSpan("hospital", MONDAY, None)]


def test_an_open_absence_is_ended(cast: Cast):
    away = _away(cast.karen, cast.ellen)
    with acting_for(HOME):
        execute(services.end_absence, cast.karen, cast.ellen, away, FRIDAY, NOW)
    assert _spans(cast.ellen) == [AbsenceSpan("hospital", MONDAY, FRIDAY)]


def test_an_absence_by_mistake_is_taken_back_from_its_page(cast: Cast, browse: Browser):
    away = _away(cast.karen, cast.ellen)
    karen, page = browse(cast.karen), f"/borgere/{cast.ellen}/fravaer/{away}"
    assert f"{page}/fortryd" in karen.get(f"{page}/slut").get_data(as_text=True)
    assert karen.post(f"{page}/fortryd", data={"key": str(uuid4())}).status_code == 303
    assert _spans(cast.ellen) == []


def test_care_workers_take_no_absence_back(cast: Cast, browse: Browser):
    away = _away(cast.karen, cast.ellen)
    page = f"/borgere/{cast.ellen}/fravaer/{away}/fortryd"
    assert browse(cast.bo).post(page, data={"key": str(uuid4())}).status_code == 403
    assert len(_spans(cast.ellen)) == 1


def test_nobody_comes_home_before_leaving(cast: Cast):
    with pytest.raises(services.EndsBeforeStart):
        _away(cast.karen, cast.ellen, date(2026, 3, 1))


def test_a_kind_nobody_knows_is_refused(cast: Cast):
    with pytest.raises(services.UnknownKind):
        _away(cast.karen, cast.ellen, kind="moon")


def test_care_workers_record_no_absence(cast: Cast):
    with pytest.raises(Forbidden):
        _away(cast.bo, cast.ellen)


def test_an_absence_of_the_other_municipality_is_not_found(cast: Cast):
    with pytest.raises(NotFound):
        _away(cast.karen, cast.gudrun)


def test_an_absence_belongs_to_its_citizen(cast: Cast, browse: Browser):
    away = _away(cast.karen, cast.ellen)
    page = f"/borgere/{cast.poul}/fravaer/{away}/slut"
    assert browse(cast.karen).get(page).status_code == 404


def test_a_coordinator_records_an_absence_with_the_form(cast: Cast, browse: Browser):
    page = f"/borgere/{cast.ellen}/fravaer"
    form = {"key": str(uuid4()), "kind": "rehab", "from_on": "2026-03-02", "until_on": ""}
    assert browse(cast.karen).post(page, data=form).status_code == 303
    assert _spans(cast.ellen) == [AbsenceSpan("rehab", MONDAY, None)]


def test_a_double_press_records_one_absence(cast: Cast, browse: Browser):
    karen, page = browse(cast.karen), f"/borgere/{cast.ellen}/fravaer"
    form = {"key": str(uuid4()), "kind": "rehab", "from_on": "2026-03-02", "until_on": ""}
    for _ in range(2):
        karen.post(page, data=form)
    assert len(_spans(cast.ellen)) == 1


def test_a_wrong_last_day_is_said_at_the_field_and_kept(cast: Cast, browse: Browser):
    page = f"/borgere/{cast.ellen}/fravaer"
    form = {"key": str(uuid4()), "kind": "rehab", "from_on": "2026-03-02", "until_on": "2026-03-01"}
    answer = browse(cast.karen).post(page, data=form)
    assert answer.status_code == 422
    assert 'id="until_on-error"' in answer.text
    assert 'value="2026-03-01"' in answer.text


def test_an_absence_is_ended_with_the_form(cast: Cast, browse: Browser):
    away, karen = _away(cast.karen, cast.ellen), browse(cast.karen)
    page = f"/borgere/{cast.ellen}/fravaer"
    assert f"{away}/slut" in karen.get(page).text
    form = {"key": str(uuid4()), "until_on": "2026-03-06"}
    assert karen.post(f"{page}/{away}/slut", data=form).status_code == 303
    assert _spans(cast.ellen)[0].until_on == FRIDAY


def test_an_end_before_the_start_is_said_at_the_field(cast: Cast, browse: Browser):
    away = _away(cast.karen, cast.ellen)
    form = {"key": str(uuid4()), "until_on": "2026-03-01"}
    answer = browse(cast.karen).post(f"/borgere/{cast.ellen}/fravaer/{away}/slut", data=form)
    assert answer.status_code == 422
    assert 'id="until_on-error"' in answer.text


@pytest.mark.parametrize("until", [None, MONDAY, FRIDAY])
def test_a_citizen_is_away_once_at_a_time(cast: Cast, until: date | None):
    _away(cast.karen, cast.ellen, FRIDAY)
    with pytest.raises(services.OverlapsAnother) as refusal:
        _away(cast.karen, cast.ellen, until, kind="holiday")
    assert (refusal.value.from_on, refusal.value.until_on) == (MONDAY, FRIDAY)


def test_one_absence_may_follow_another_at_once(cast: Cast):
    _away(cast.karen, cast.ellen, FRIDAY)
    saturday = date(2026, 3, 7)
    with acting_for(HOME):
        execute(services.record_absence, cast.karen, cast.ellen, "rehab", saturday, None, NOW)
    assert [span.kind for span in _spans(cast.ellen)] == ["hospital", "rehab"]


def test_an_end_does_not_reach_into_the_next_absence(cast: Cast):
    away = _away(cast.karen, cast.ellen, MONDAY)
    with acting_for(HOME):
        execute(services.record_absence, cast.karen, cast.ellen, "rehab", FRIDAY, None, NOW)
        with pytest.raises(services.OverlapsAnother):
            execute(services.end_absence, cast.karen, cast.ellen, away, FRIDAY, NOW)


def test_an_overlap_is_said_at_the_first_day_and_keeps_what_was_typed(browse: Browser, cast: Cast):
    _away(cast.karen, cast.ellen, FRIDAY)
    sent = {"key": str(uuid4()), "kind": "holiday", "from_on": "2026-03-06", "until_on": ""}
    page = browse(cast.karen).post(f"/borgere/{cast.ellen}/fravaer", data=sent)
    assert page.status_code == 422
    assert 'id="from_on-error"' in page.text
    assert 'value="2026-03-06"' in page.text
