"""Schemes are taken over, made, read and decided on, page by page."""

from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.schemes import (
    OPEN,
    AtCap,
    Band,
    Charge,
    Expiry,
    Pause,
    Payer,
    Span,
    Terms,
    Travel,
    Unit,
    from_json,
    missing_to_run,
    terms_on,
    to_json,
)
from klippekort.domain.schemes.terms import Sharing
from klippekort.municipalities.services import NameTaken
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.services import schemes as services
from tests.cast import AWAY, HOME, Cast
from tests.login import log_in

NEW_YEAR = date(2026, 1, 1)
CAP = "saving.caps.most.at_cap"
NEEDED = {
    "allowance.counted_from": "iso_week",
    "allowance.first": "grant_period",
    CAP: "refuse",
    "charging.travel": "counts",
}


def adopt(cast: Cast, answers: dict[str, str] | None = None, name: str = "Klip") -> UUID:
    with acting_for(HOME):
        said = execute(
            services.adopt_preset,
            cast.ada,
            "nyborg",
            name=name,
            from_on=NEW_YEAR,
            answers=answers or {},
            now=clock.now(),
        )
    return UUID(said)


def terms_at(scheme_id: UUID, day: date) -> Terms:
    with acting_for(HOME):
        terms = terms_on(queries.terms_of(scheme_id), day)
    assert terms is not None
    return terms


def decide(cast: Cast, scheme_id: UUID, answers: dict[str, str], day: date) -> None:
    with acting_for(HOME):
        execute(services.decide_rules, cast.ada, scheme_id, answers, day, now=clock.now())


def adopting(**more: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "name": "Lindebykort",
        "from_on": "2026-01-01",
        "card": "klippekort",
        "one": "klip",
        "many": "klip",
        "allowance__counted_from": "iso_week",
        "allowance__first": "undecided",
        "saving__caps__most__at_cap": "undecided",
        "charging__travel": "undecided",
        "charging__basis": "undecided",
        "cancelling__citizen__charge": "free",
        "cancelling__citizen__bands__late__charge": "full",
        "cancelling__no_show": "undecided",
        "cancelling__supplier__charge": "undecided",
        "cancelling__host__charge": "undecided",
        "cancelling__weather__charge": "undecided",
        "money__helper__ticket": "citizen",
        "late_hours": "24",
    } | more


def only_scheme() -> UUID:
    with acting_for(HOME):
        [row] = queries.list_schemes()
        return row.id


def test_an_empty_list_says_where_to_begin(ada: FlaskClient):
    assert "/ordninger/ny" in ada.get("/ordninger").text


@pytest.mark.parametrize("who", ["bo", "viggo"])
def test_schemes_are_not_for_helpers_and_volunteers(client: FlaskClient, cast: Cast, who: str):
    assert log_in(client, getattr(cast, who)).get("/ordninger").status_code == 403


def test_an_assessor_sees_schemes_and_cannot_change_them(client: FlaskClient, cast: Cast):
    page = log_in(client, cast.asta).get("/ordninger")
    assert page.status_code == 200
    assert "/ordninger/ny" not in page.text
    assert client.get("/ordninger/ny").status_code == 403


def test_every_published_scheme_is_offered_with_its_source(ada: FlaskClient):
    page = ada.get("/ordninger/ny").text
    for name in ("Nyborg", "Furesø", "Faxe", "Haderslev", "Randers"):
        assert name in page
    assert "Din Avis" in page


def test_a_scheme_nobody_published_is_not_found(ada: FlaskClient):
    assert ada.get("/ordninger/ny?ordning=atlantis").status_code == 404


def test_open_questions_begin_undecided(ada: FlaskClient):
    page = ada.get("/ordninger/ny?ordning=nyborg").text
    assert page.count(" checked ") == page.count('value="undecided"') > 12


def test_a_scheme_is_taken_over_with_its_answers(ada: FlaskClient):
    answer = ada.post("/ordninger/ny?ordning=nyborg", data=adopting())
    assert answer.status_code == 303
    terms = terms_at(only_scheme(), NEW_YEAR)
    assert terms.cancelling.citizen.bands["late"] == Band(Span(24, Unit.HOURS), Charge.FULL)
    assert terms.money.helper.ticket is Payer.CITIZEN
    assert missing_to_run(terms) == ["allowance.first", "charging.travel"]


def test_a_span_is_answered_in_danish(ada: FlaskClient):
    data = adopting(notice__saved_time="3 arbejdsdage før kl. 12.00")
    assert ada.post("/ordninger/ny?ordning=nyborg", data=data).status_code == 303
    said = terms_at(only_scheme(), NEW_YEAR).notice.saved_time
    assert said == Span(3, Unit.WORKING_DAYS, time(12))


@pytest.mark.parametrize(
    ("field", "answer"),
    [("notice__saved_time", "snart"), ("charging__second_helper", "-1")],
)
def test_an_answer_nobody_can_read_is_refused_at_its_question(
    ada: FlaskClient, field: str, answer: str
):
    page = ada.post("/ordninger/ny?ordning=nyborg", data=adopting(**{field: answer}))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert f'value="{answer}"' in page.text


def test_a_price_for_cancelling_late_needs_a_time(ada: FlaskClient):
    page = ada.post("/ordninger/ny?ordning=nyborg", data=adopting(late_hours=""))
    assert (page.status_code, 'id="late_hours-error"' in page.text) == (422, True)


def test_a_double_tap_takes_over_one_scheme(ada: FlaskClient):
    data = adopting()
    answers = [ada.post("/ordninger/ny?ordning=nyborg", data=data) for _tap in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_what_was_typed_stays_when_something_is_missing(ada: FlaskClient):
    answer = ada.post("/ordninger/ny?ordning=nyborg", data=adopting(name="", one="mærke"))
    assert answer.status_code == 422
    assert 'value="mærke"' in answer.text
    assert 'value="24"' in answer.text


def test_a_taken_name_is_said_at_the_name(ada: FlaskClient, cast: Cast):
    adopt(cast)
    answer = ada.post("/ordninger/ny?ordning=faxe", data=adopting(name="KLIP"))
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_an_answer_that_is_none_is_refused(ada: FlaskClient):
    data = adopting(charging__travel="perhaps")
    assert ada.post("/ordninger/ny?ordning=nyborg", data=data).status_code == 422


def test_a_scheme_page_shows_rules_and_open_questions(ada: FlaskClient, cast: Cast):
    page = ada.get(f"/ordninger/{adopt(cast)}").text
    assert "8" in page
    assert "Kvalitetsstandard" in page
    assert page.count("<h1>") == 1


def test_the_list_shows_a_scheme(ada: FlaskClient, cast: Cast):
    adopt(cast, name="Nabokortet")
    assert "Nabokortet" in ada.get("/ordninger").text


def test_another_municipalitys_scheme_is_not_found(ada: FlaskClient, cast: Cast):
    with acting_for(AWAY):
        stranger = UUID(_adopt_away(cast))
    assert ada.get(f"/ordninger/{stranger}").status_code == 404
    assert ada.get(f"/ordninger/{stranger}/beslut").status_code == 404
    with acting_for(HOME), pytest.raises(NotFound):
        execute(services.decide_rules, cast.ada, stranger, NEEDED, NEW_YEAR, now=clock.now())


def _adopt_away(cast: Cast) -> str:
    frida = type(cast.ada)(AWAY, cast.ada.role)
    said: str = execute(
        services.adopt_preset,
        frida,
        "faxe",
        name="Klip",
        from_on=NEW_YEAR,
        answers={},
        now=clock.now(),
    )
    return said


def test_a_decision_on_the_page_is_stored_from_its_day(ada: FlaskClient, cast: Cast):
    scheme_id = adopt(cast)
    data = {"key": str(uuid4()), "from_on": "2026-06-01"}
    data |= {key: "undecided" for key in adopting() if "__" in key}
    data |= {"charging__travel": "free", "law__basis": "serviceloven § 83"}
    assert ada.post(f"/ordninger/{scheme_id}/beslut", data=data).status_code == 303
    assert terms_at(scheme_id, date(2026, 5, 31)).charging.travel is Travel.UNDECIDED
    assert terms_at(scheme_id, date(2026, 6, 1)).charging.travel is Travel.FREE


def test_a_double_tap_decides_once(ada: FlaskClient, cast: Cast):
    scheme_id = adopt(cast)
    data = {"key": str(uuid4()), "from_on": "2026-06-01"}
    data |= {key: "undecided" for key in adopting() if "__" in key}
    data |= {"charging__travel": "free", "law__basis": "serviceloven § 83"}
    path = f"/ordninger/{scheme_id}/beslut"
    assert [ada.post(path, data=data).status_code for _tap in range(2)] == [303, 303]
    with acting_for(HOME):
        assert len(queries.terms_of(scheme_id)) == 2


def test_a_decision_without_an_answer_is_refused(ada: FlaskClient, cast: Cast):
    scheme_id = adopt(cast)
    data = {key: "undecided" for key in adopting() if "__" in key}
    data |= {"key": str(uuid4()), "from_on": "2026-06-01", "law__basis": "serviceloven § 83"}
    assert ada.post(f"/ordninger/{scheme_id}/beslut", data=data).status_code == 422


def test_a_scheme_of_ones_own_is_made(ada: FlaskClient):
    data = {
        "key": str(uuid4()),
        "name": "Vores kort",
        "setting": "care_home",
        "from_on": "2026-01-01",
        "card": "livskort",
        "one": "mærke",
        "many": "mærker",
        "minutes_per_punch": "20",
        "minutes_a_week": "40",
        "cap_minutes": "200",
        "absences": "hospital",
        "weekdays_only": "y",
        "starts_from": "09:00",
        "ends_by": "16:00",
    }
    assert ada.post("/ordninger/egen", data=data).status_code == 303
    terms = terms_at(only_scheme(), NEW_YEAR)
    assert terms.allowance.minutes == 40
    assert terms.pauses.hospital == Pause(accrues=False, usable=False, extends_expiry=False)
    assert terms.hours.weekdays_only
    assert terms.hours.public_holidays
    assert terms.words.many == "mærker"


def test_a_scheme_that_ends_before_it_begins_is_refused(ada: FlaskClient):
    data = {"key": str(uuid4()), "name": "Vores kort", "starts_from": "15:00", "ends_by": "09:00"}
    answer = ada.post("/ordninger/egen", data=data)
    assert answer.status_code == 422
    assert 'value="Vores kort"' in answer.text


def test_a_decision_on_the_first_day_replaces_the_terms(cast: Cast):
    scheme_id = adopt(cast)
    decide(cast, scheme_id, NEEDED, NEW_YEAR)
    with acting_for(HOME):
        [only] = queries.terms_of(scheme_id)
    assert missing_to_run(only.terms) == []


def test_a_later_version_keeps_its_own_decision(cast: Cast):
    scheme_id = adopt(cast)
    decide(cast, scheme_id, {"charging.travel": "free"}, date(2026, 9, 1))
    decide(cast, scheme_id, {"charging.travel": "counts", CAP: "refuse"}, date(2026, 3, 1))
    assert terms_at(scheme_id, date(2026, 3, 1)).charging.travel is Travel.COUNTS
    assert terms_at(scheme_id, date(2026, 9, 1)).charging.travel is Travel.FREE
    assert terms_at(scheme_id, date(2026, 9, 1)).saving.caps["most"].at_cap is AtCap.REFUSE


def test_a_decision_before_the_first_day_is_refused(cast: Cast):
    scheme_id = adopt(cast)
    with pytest.raises(services.BeforeFirstDay):
        decide(cast, scheme_id, NEEDED, date(2025, 12, 31))


def test_a_decision_is_on_record_with_rule_and_value(cast: Cast):
    scheme_id = adopt(cast)
    decide(cast, scheme_id, {"charging.travel": "free", "law.basis": "§ 83"}, NEW_YEAR)
    with acting_for(HOME):
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert line.details["rules"] == {"charging.travel": "free", "law.basis": "stated"}


def test_a_care_worker_decides_nothing(cast: Cast):
    scheme_id = adopt(cast)
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(services.decide_rules, cast.bo, scheme_id, NEEDED, NEW_YEAR, now=clock.now())


def test_two_schemes_do_not_share_a_name(cast: Cast):
    adopt(cast)
    with pytest.raises(NameTaken):
        adopt(cast, name=" klip ")


def test_a_schemes_page_tells_what_follows_when_the_rule_is_no_longer_met(
    client: FlaskClient, cast: Cast
) -> None:
    answers = {"grants.when_no_longer_met": "refuse", "grants.needs_approval": "yes"}
    scheme_id = adopt(cast, answers)
    log_in(client, cast.karen)
    client.set_cookie("lang", "en", domain="localhost")
    page = client.get(f"/ordninger/{scheme_id}").text
    assert "no longer meets the rule? No more trips can be booked." in page
    assert "A colleague must approve the card before it runs." in page


def _say(scheme_id: UUID, **parts: Any) -> None:
    def store() -> None:
        row = queries.list_versions(scheme_id)[0]
        row.terms = to_json(replace(from_json(row.terms), **parts))

    with acting_for(HOME):
        execute(store)


def test_a_schemes_page_says_of_what_nobody_is_asked(ada: FlaskClient, cast: Cast):
    scheme_id = adopt(cast)
    _say(scheme_id, expiry=Expiry(rolling=OPEN, year_end=OPEN), sharing=Sharing())
    ada.set_cookie("lang", "en", domain="localhost")
    asked, rest = ada.get(f"/ordninger/{scheme_id}").text.split("May wait: nobody is asked")
    assert "common pool" not in asked
    assert rest.count("Until it is decided, nothing lapses by it.") == 2
    assert rest.count("do it by hand") == 2
    listed = ada.get(f"/ordninger/{scheme_id}/spoergsmaal").text
    assert listed.count("Nobody is asked.") == 2
    form = ada.get(f"/ordninger/{scheme_id}/beslut").text
    assert form.count("Until it is decided, nothing lapses by it.") == 2


def test_a_schemes_page_says_that_sharing_is_done_by_hand(ada: FlaskClient, cast: Cast):
    scheme_id = adopt(cast)
    ada.set_cookie("lang", "en", domain="localhost")
    said = "On the cards nothing is done about them"
    assert said not in ada.get(f"/ordninger/{scheme_id}").text
    _say(scheme_id, sharing=Sharing(beneficiaries=("relative",)))
    assert said in ada.get(f"/ordninger/{scheme_id}").text
    assert said in ada.get(f"/ordninger/{scheme_id}/aendring/deling").text
