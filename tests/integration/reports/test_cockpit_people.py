"""Outreach, talks, gifts, opinions, waiting and measures in the cockpit, its lists and its data."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.models import CitizenLeaving
from klippekort.courses.models import CitizenGift, Course, CourseEvaluation, GiftDeed
from klippekort.courses.services.talks import finish_talk
from klippekort.domain.reporting.periods import parse, quarter_code
from klippekort.feedback.models import Feedback
from klippekort.measures.models import Measurement
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.reports.jobs import make_report
from klippekort.reports.queries import cockpit as queries
from klippekort.reports.services import cockpit, yearly
from klippekort.reports.views.yearly import paper
from klippekort.waiting.models import Wish
from tests.cast import HOME, Cast, make_citizen
from tests.login import log_in


@pytest.fixture
def crowd(cast: Cast) -> list[UUID]:
    """Twenty citizens in the north with the municipal supplier."""
    with acting_for(HOME):
        made: list[UUID] = execute(
            lambda: [
                make_citizen("Inger", f"Kær {n}", supplier=cast.supplier, district=cast.north)
                for n in range(20)
            ]
        )
    return made


def put(build: Callable[[], list[Any]]) -> None:
    def add() -> None:
        db.session.add_all(build())
        db.session.flush()

    with acting_for(HOME):
        execute(add)


def seen(cast: Cast, period: str = "") -> cockpit.Cockpit:
    cut = cockpit.Cut(parse(period or str(clock.today().year)))
    with acting_for(HOME):
        return cockpit.see(cast.karen, cut, now=clock.now())


def asked(citizens: list[UUID], answer: str, day: date) -> list[OutreachAnswer]:
    now = clock.now()
    return [
        OutreachAnswer(citizen_id=one, answer=answer, given_on=day, recorded_at=now)
        for one in citizens
    ]


def test_who_was_asked_what_they_said_and_who_never_was(cast: Cast, crowd: list[UUID]) -> None:
    today = clock.today()
    put(
        lambda: [
            *asked(crowd[:6], "yes", today),
            *asked(crowd[6:11], "no", today),
            *asked(crowd[11:], "done", today),  # a line that was dealt with is no question
        ]
    )
    found, year = seen(cast), str(today.year)
    answered = found.figures.of("outreach.answered")
    assert answered.get(year, cut="yes/") == 6
    assert answered.get(year, cut="no/") == 5
    coverage = found.standing.of("coverage")
    assert coverage.get(year, cut="asked/") == 11
    never = coverage.get(year, cut="never/") or 0
    assert coverage.get(year) == 11 + never


def test_whoever_has_died_is_not_told_as_never_asked(cast: Cast, crowd: list[UUID]) -> None:
    year, now = str(clock.today().year), clock.now()
    before = seen(cast).standing.of("coverage").get(year) or 0

    put(
        lambda: [
            CitizenLeaving(
                citizen_id=one,
                kind="died",
                left_on=clock.today(),
                told_by="relative",
                recorded_at=now,
            )
            for one in crowd[:2]
        ]
    )
    assert seen(cast).standing.of("coverage").get(year) == before - 2


def test_how_things_stand_in_a_quarter_is_rounded_so_that_two_of_them_tell_nobody(
    cast: Cast, crowd: list[UUID]
) -> None:
    quarter = quarter_code(clock.today())
    put(lambda: asked(crowd[:7], "yes", clock.today()))
    assert seen(cast, quarter).standing.of("coverage").get(quarter, cut="asked/") == 5


def a_course(citizen: UUID) -> Course:
    today = clock.today()
    return Course(
        id=new_id(),
        citizen_id=citizen,
        phase="clarified",
        origin="staff",
        opened_on=today,
        phase_since=today,
    )


def test_heard_needed_and_gifts_are_counted(cast: Cast, crowd: list[UUID]) -> None:
    today, now, year = clock.today(), clock.now(), str(clock.today().year)
    courses = [a_course(one) for one in crowd[:10]]
    gifts = [
        CitizenGift(id=new_id(), citizen_id=one, gift="bake", offered_on=today) for one in crowd[:6]
    ]
    put(lambda: [*courses, *gifts])
    put(
        lambda: [
            CourseEvaluation(
                course_id=one.id,
                heard="yes" if n < 5 else "somewhat",
                needed="yes" if n < 6 else "not_asked",
                asked_on=today,
                recorded_at=now,
            )
            for n, one in enumerate(courses)
        ]
    )
    put(lambda: [GiftDeed(gift_id=one.id, on_day=today, noted_at=now) for one in gifts])
    found = seen(cast)
    heard, needed = found.figures.of("measures.heard"), found.figures.of("measures.needed")
    assert (heard.get(year, cut="yes/"), heard.get(year, cut="somewhat/")) == (5, 5)
    assert needed.get(year) == 6
    assert found.figures.of("courses.gifts").get(year, cut="bake/") == 6
    assert found.standing.of("phases").get(year, cut="clarified/") == 10


def test_what_stands_in_the_way_is_counted_from_talks_without_telling_who(
    cast: Cast, crowd: list[UUID]
) -> None:
    told = {"barriers": ["mobility", "own words"], "agrees": "no"}
    for one in crowd[:6]:
        with acting_for(HOME):
            execute(finish_talk, cast.karen, one, told, now=clock.now())
    barriers, year = seen(cast).figures.of("courses.barriers"), str(clock.today().year)
    assert barriers.get(year, cut="mobility/") == 6
    assert barriers.get(year, cut="other/") == 6
    assert barriers.get(year, str(cast.north)) == 12


def test_opinions_are_counted_by_kind_and_by_what_changed(cast: Cast) -> None:
    today, now, year = clock.today(), clock.now(), str(clock.today().year)
    put(
        lambda: [
            Feedback(
                kind="idea",
                channel="slip",
                received_on=today,
                recorded_at=now,
                wants_answer=False,
                wrapped_key=b"k",
                answer_by=today,
                closed_on=today,
                outcome="changed" if n < 5 else "explained",
            )
            for n in range(11)
        ]
    )
    found = seen(cast).figures
    assert found.of("feedback.told").get(year, cut="idea/") == 11
    assert found.of("feedback.changed").get(year) == 5


def test_waiting_is_told_as_a_median_and_what_nine_of_ten_waited(
    cast: Cast, crowd: list[UUID]
) -> None:
    end = datetime.combine(clock.today().replace(day=1), clock.now().timetz())
    put(
        lambda: [
            Wish(
                citizen_id=one,
                state="met",
                agreed_how="said",
                made_at=end - timedelta(days=2 + 2 * n),
                closed_at=end,
                close_reason="booked",
            )
            for n, one in enumerate(crowd[:12])
        ]
    )
    wait = seen(cast).wait
    assert wait is not None
    # Nine of ten of twelve people would be a single one's wait.
    assert (wait.people, wait.median, wait.ninth) == (12, 12, None)


def test_before_and_after_is_told_of_the_year_with_how_sure_it_is(
    cast: Cast, crowd: list[UUID]
) -> None:
    first, now = clock.today() - timedelta(days=40), clock.now()

    def measured(one: UUID, moment: str, on: date, score: int) -> Measurement:
        return Measurement(
            citizen_id=one,
            instrument="who5",
            version="1",
            language="da",
            mode="self",
            moment=moment,
            measured_on=on,
            outcome="answered",
            score=score,
            rule_version=1,
            recorded_at=now,
        )

    put(
        lambda: [
            measured(one, moment, on, score)
            for n, one in enumerate(crowd[:6])
            for moment, on, score in (
                ("start", first, 40),
                ("end", clock.today(), 50 + n % 2),
            )
        ]
    )
    found = seen(cast)
    change = found.changes["who5 1"]
    assert (change.people, change.before, change.after) == (6, 40, 50.5)
    assert change.is_sure
    year = str(clock.today().year)
    assert found.figures.of("measures.taken").get(year, cut="who5 1:answered") == 12
    month = f"{clock.today():%Y-%m}"
    assert seen(cast, month).changes == {}


def noticed(citizens: list[UUID | None]) -> list[Any]:
    today, now = clock.today(), clock.now()
    cases = [
        OutreachCase(id=new_id(), citizen_id=one, opened_at=now, next_on=today, consent="yes")
        for one in citizens
    ]
    notes = [
        OutreachNotice(
            case_id=case.id,
            citizen_id=case.citizen_id,
            source="doctor",
            channel="page",
            consent="yes",
            noticed_on=today,
            recorded_at=now,
        )
        for case in cases
    ]
    return [*cases, *notes]


def test_the_lists_behind_outreach_and_courses_open_for_those_allowed_and_are_on_record(
    client: FlaskClient, cast: Cast, crowd: list[UUID]
) -> None:
    put(lambda: [row for row in noticed([*crowd[:3], None]) if isinstance(row, OutreachCase)])
    put(lambda: [*asked(crowd[3:4], "yes", clock.today()), a_course(crowd[4])])
    log_in(client, cast.karen)
    assert "/pejlemaerker/bag/ages" in client.get("/pejlemaerker").text
    shown = {
        code: client.get(f"/pejlemaerker/bag/{code}").text
        for code in ("ages", "outreach.answered", "phases", "coverage")
    }
    assert str(crowd[0]) in shown["ages"]
    assert "1–4 / 4" in shown["ages"]
    assert str(crowd[3]) in shown["outreach.answered"]
    assert str(crowd[3]) not in shown["coverage"]
    db.session.rollback()
    with acting_for(HOME):
        assert {crowd[0], crowd[3], crowd[4]} <= set(
            db.session.scalars(select(AuditCitizen.citizen_id))
        )


def test_an_assessor_opens_no_list_of_outreach(client: FlaskClient, cast: Cast) -> None:
    log_in(client, cast.asta)
    answer = client.get("/pejlemaerker/bag/outreach.noticed")
    assert (answer.status_code, answer.location) == (
        303,
        f"/pejlemaerker?periode={clock.today().year}",
    )
    assert "/bag/outreach" not in client.get("/pejlemaerker").text


def test_a_year_that_is_over_keeps_its_report_unless_it_is_made_anew_on_record(
    client: FlaskClient, cast: Cast
) -> None:
    year, now = clock.today().year - 1, clock.now()
    with acting_for(HOME):
        report = UUID(execute(yearly.start_report, cast.karen, year, now=now, language="en"))
        execute(yearly.claim_report, report, now=now)
        make_report(report, paper)
    log_in(client, cast.karen)
    sent = {"year": str(year), "key": str(UUID(int=11))}
    answer = client.post("/aarsberetning", data=sent)
    assert answer.location == f"/aarsberetning/{report}"
    db.session.rollback()
    with acting_for(HOME):
        with pytest.raises(yearly.ReportKept):
            execute(yearly.start_report, cast.karen, year, now=now)
        again = execute(yearly.start_report, cast.karen, year, now=now, anew=True)
        told = db.session.scalars(select(AuditLine).filter_by(subject_id=UUID(again))).one()
    assert again != str(report)
    assert "anew" in json.dumps(told.details)


def test_a_planner_fetches_the_figures_of_their_own_supplier_and_no_small_ones(
    client: FlaskClient, cast: Cast, crowd: list[UUID]
) -> None:
    put(lambda: asked(crowd[:4], "yes", clock.today()))
    log_in(client, cast.ida)
    days = {"from_on": "2026-01-01", "until_on": "2026-12-31", "kind": "json"}
    sent = {**days, "name": "pejlemaerker", "key": str(UUID(int=12))}
    rows = json.loads(client.post("/udtraek", data=sent).data)
    assert {row["supplier"] for row in rows} == {"Hjemmeplejen"}
    answered = [row for row in rows if row["figure"] == "outreach.answered"]
    assert answered
    assert all(row["is_kept_back"] for row in answered)


@pytest.mark.parametrize("name", ["opsporing", "forloeb"])
def test_rows_of_outreach_and_courses_hold_codes_and_days(
    client: FlaskClient, cast: Cast, crowd: list[UUID], name: str
) -> None:
    cases = noticed([crowd[0]])
    put(lambda: [cases[0], a_course(crowd[0])])
    put(lambda: cases[1:])
    days = {"from_on": f"{clock.today().year}-01-01", "until_on": f"{clock.today()}"}
    sent = {**days, "kind": "json", "name": name, "key": str(UUID(int=13))}
    rows = json.loads(log_in(client, cast.karen).post("/udtraek", data=sent).data)
    assert [row["citizen"] for row in rows] == [str(crowd[0])]


def test_counts_kept_at_night_are_those_that_were_counted(cast: Cast, crowd: list[UUID]) -> None:
    put(lambda: asked(crowd, "yes", clock.today()))
    with acting_for(HOME):
        live = queries.count(parse(str(clock.today().year)).months)
    assert any(one.measure == "outreach.answered" and one.people == 20 for one in live)
