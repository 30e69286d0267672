"""Those who oversee search the record, and judge a sample that anybody may draw again."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Account
from klippekort.accounts.services.proofs import note_means, note_proof, note_refused
from klippekort.accounts.services.support import Wanted, end_support, give_support
from klippekort.domain.oversight import Tie
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.oversight.forms.looks import MEANS, TIES
from klippekort.oversight.models import AuditCheck
from klippekort.oversight.queries import lines as queries
from klippekort.platform import audit, clock
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.accounts.people import RIGHT, in_home
from tests.integration.oversight.conftest import Browser


def _look(actor: Actor, citizen: object, purpose: str = "see_card") -> None:
    with acting_for(HOME):
        audit.audit_write(
            audit.record, actor, Action.SEE_CITIZEN, "page", citizens=[citizen], purpose=purpose
        )


def _looks(cast: Cast) -> None:
    _look(cast.bo, cast.ellen)
    _look(cast.mia, cast.ellen, "see_trip")
    _look(cast.karen, cast.poul, "see_card")


def _rows(client: FlaskClient, query: str) -> str:
    page = client.get(f"/tilsyn/opslag?{query}").text
    return page.partition("<tbody")[2].partition("</tbody>")[0]


def test_the_record_is_searched_by_citizen_person_purpose_and_day(
    cast: Cast, browse: Browser
) -> None:
    _looks(cast)
    ada, today = browse(cast.ada), clock.today()
    assert "Poul" not in _rows(ada, "borger=ellen")
    assert "Ellen" in _rows(ada, "borger=ellen")
    assert cast.mia.display_name not in _rows(ada, "hvem=Bo")
    assert "Poul" not in _rows(ada, "formaal=see_trip")
    assert _rows(ada, f"fra={today + timedelta(days=1)}") == ""


def _whys(client: FlaskClient) -> dict[str, str]:
    """Return the code of each reason that is offered, by its words."""
    page = client.get("/tilsyn/opslag").text
    field = page.partition('name="formaal"')[2].partition("</select>")[0]
    found = re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)<', field)
    words = [text.strip() for _code, text in found]
    assert len(words) == len(set(words))
    return {text.strip(): code for code, text in found}


def _deeds(cast: Cast, *deeds: tuple[str | None, Action]) -> None:
    with acting_for(HOME):
        for purpose, action in deeds:
            audit.audit_write(
                audit.record, cast.karen, action, "page", citizens=[cast.ellen], purpose=purpose
            )


def test_each_reason_is_offered_once_and_finds_every_row_that_shows_it(
    cast: Cast, browse: Browser
) -> None:
    _deeds(
        cast,
        ("feedback", Action.HANDLE_FEEDBACK),
        ("law_letters", Action.MANAGE_ACCOUNTS),
        (None, Action.HANDLE_FEEDBACK),
        ("see_today", Action.SEE_TRIPS),
        (None, Action.SEE_TRIPS),
        ("feedback", Action.SEE_CARD),
    )
    ada = browse(cast.ada)
    for shown, rows in {"For at passe deres arbejde": 3, "For at se dine ture": 2}.items():
        found = _rows(ada, f"formaal={_whys(ada)[shown]}")
        assert (found.count("<tr"), found.count(shown)) == (rows, rows)


def test_what_was_chosen_stays_chosen_when_the_record_grows(cast: Cast, browse: Browser) -> None:
    _deeds(cast, ("see_trip", Action.SEE_TRIPS))
    ada = browse(cast.ada)
    _deeds(cast, ("see_today", Action.SEE_TRIPS), ("see_card", Action.SEE_CARD))
    assert _rows(ada, "formaal=see_trip").count("<tr") == 2


def _whys_of(client: FlaskClient, name: str) -> list[str]:
    """Return why somebody looked, row by row."""
    return re.findall(r'data-label="Derfor">([^<]*)<', _rows(client, f"hvem={name}"))


def test_a_refused_try_is_told_from_a_log_in(cast: Cast, browse: Browser) -> None:
    audit.audit_write(note_proof, cast.karen.account_id, "password")
    audit.audit_write(note_refused, cast.karen.account_id, "password")
    refused, let_in = sorted(_whys_of(browse(cast.ada), "Karen"), key=len, reverse=True)
    assert let_in == "For at logge ind"
    assert refused.startswith(f"{let_in}: ")


@pytest.mark.parametrize("change", MEANS)
def test_what_was_changed_of_what_lets_in_is_told(cast: Cast, browse: Browser, change: str) -> None:
    audit.audit_write(note_means, cast.karen.account_id, change)
    (why,) = _whys_of(browse(cast.ada), "Karen")
    assert why == f"For at ændre, hvordan de logger ind: {MEANS[change]}"


def test_a_search_is_on_record_with_whom_it_showed(cast: Cast, browse: Browser) -> None:
    _look(cast.bo, cast.ellen)
    browse(cast.ada).get("/tilsyn/opslag?borger=ellen")
    with acting_for(HOME):
        shown = (
            select(AuditCitizen.citizen_id)
            .join(AuditLine, AuditLine.id == AuditCitizen.line_id)
            .where(AuditLine.purpose == "oversee")
        )
        assert db.session.scalars(shown).all() == [cast.ellen]


def test_a_search_that_finds_nobody_is_on_record_too(cast: Cast, browse: Browser) -> None:
    browse(cast.ada).get("/tilsyn/opslag?borger=ingen")
    with acting_for(HOME):
        lines = db.session.scalars(select(AuditLine).filter_by(purpose="oversee")).all()
    assert [line.account_id for line in lines] == [cast.ada.account_id]


def test_a_day_that_is_none_is_said_at_the_field(cast: Cast, browse: Browser) -> None:
    page = browse(cast.ada).get("/tilsyn/opslag?fra=i+gaar")
    assert (page.status_code, "fra-error" in page.text) == (422, True)


def test_the_same_word_draws_the_same_sample(cast: Cast, browse: Browser) -> None:
    with time_machine.travel(clock.now() - timedelta(days=1)):
        for _turn in range(6):
            _looks(cast)
    ada = browse(cast.ada)
    url = "/tilsyn/stikproeve.csv?ord=maj&antal=5"
    first, again = (ada.get(url).text for _turn in range(2))
    assert (first.strip().count("\n"), first) == (5, again)


def test_a_sample_tells_what_tied_who_looked_to_the_citizen(cast: Cast) -> None:
    for actor in (cast.mia, cast.bo, cast.karen):
        _look(actor, cast.ellen)
    with acting_for(HOME):
        drawn = queries.drawn_from(clock.today(), clock.today())
        ties = {line.account_id: line.tie for line in queries.sample_of(drawn)}
    assert ties == {
        cast.mia.account_id: Tie.NONE,
        cast.bo.account_id: Tie.DISTRICT,
        cast.karen.account_id: Tie.ROLE,
    }


HELP = Wanted("Sanne Support", "sanne@firma.dk", Role.COORDINATOR, "Se på en fejl i et kort", 4)


def _helper_looks(cast: Cast) -> UUID:
    """Let somebody in who looks at Ellen now, and return the access."""
    given = in_home(cast.ada, give_support, HELP, password=RIGHT, now=clock.now())
    access = UUID(given)
    account = db.session.scalars(select(Account.id).filter_by(display_name=HELP.name)).one()
    audit.say_with_each(access)
    try:
        _look(Actor(HOME, Role.COORDINATOR, account), cast.ellen)
    finally:
        audit.say_with_each(None)
    return access


def _tie_of_helper() -> Tie | None:
    with acting_for(HOME):
        drawn = queries.drawn_from(clock.today(), clock.today())
        (line,) = (one for one in queries.sample_of(drawn) if one.role == audit.SUPPORT)
    return line.tie


def test_who_was_let_in_to_help_was_tied_to_whom_they_looked_at(
    cast: Cast, browse: Browser
) -> None:
    with time_machine.travel(clock.now() - timedelta(days=1)):
        _helper_looks(cast)
        assert _tie_of_helper() is Tie.SUPPORT
    table = browse(cast.ada).get("/tilsyn/stikproeve.csv?ord=maj&antal=5").text
    assert str(TIES[Tie.SUPPORT]) in table


def test_a_look_by_an_access_that_had_ended_is_tied_to_nobody(cast: Cast) -> None:
    access = _helper_looks(cast)
    with acting_for(HOME):
        at = db.session.scalars(select(AuditLine.at).filter_by(role=audit.SUPPORT)).one()
    in_home(cast.ada, end_support, access, now=at)
    assert _tie_of_helper() is Tie.NONE


def test_a_look_is_judged_and_the_verdict_stands_beside_it(
    app: Flask, cast: Cast, browse: Browser
) -> None:
    _look(cast.mia, cast.ellen)
    ada = browse(cast.ada)
    with acting_for(HOME):
        line_id = db.session.scalars(select(AuditLine.id).filter_by(purpose="see_card")).one()
    sent = {"outcome": "ask", "ord": "maj", "antal": "5"}
    answer = ada.post(f"/tilsyn/stikproeve/{line_id}", data=sent)
    assert answer.status_code == 303
    assert "ask" in {row.outcome for row in _checks()}
    assert ada.post(f"/tilsyn/stikproeve/{line_id}", data={"outcome": "gift"}).status_code == 400


def _checks() -> list[AuditCheck]:
    with acting_for(HOME):
        return list(db.session.scalars(select(AuditCheck)))


def test_who_does_not_oversee_sees_nothing(cast: Cast, browse: Browser) -> None:
    for actor in (cast.asta, cast.karen, cast.bo):
        for path in ("", "/opslag", "/stikproeve", "/stikproeve.csv"):
            assert browse(actor).get(f"/tilsyn{path}").status_code == 403


def test_another_municipalitys_line_is_not_there(cast: Cast, browse: Browser) -> None:
    with acting_for(2):
        audit.audit_write(audit.record, cast.frida, Action.SEE_CARD, "page")
        line_id = db.session.scalars(select(AuditLine.id)).first()
    answer = browse(cast.ada).post(f"/tilsyn/stikproeve/{line_id}", data={"outcome": "ask"})
    assert answer.status_code == 404
