"""A scheme's rules are written anew page by page, previewed card by card, and then decided."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import (
    AtCap,
    Cap,
    Hours,
    OnChange,
    Saving,
    Span,
    Terms,
    Unit,
    dump,
    load,
    terms_on,
)
from klippekort.domain.schemes.codec import plain
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.forms.editor import SECTIONS
from klippekort.punchcards.forms.leaves import written
from klippekort.punchcards.queries import changes as change_queries
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.services import changes as services
from klippekort.punchcards.services import ledger
from tests.builders import DECIDED, MONDAY, a_card, a_scheme
from tests.cast import AWAY, HOME, Cast
from tests.integration import tablet
from tests.integration.tablet import StandingClock
from tests.login import log_in

TODAY = MONDAY.date()
TOMORROW, NEXT_WEEK = TODAY + timedelta(days=1), TODAY + timedelta(days=7)
LESS = {"most": Cap(minutes=60, at_cap=AtCap.REFUSE)}


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.karen)


def posted(terms: Terms, slug: str, **more: str) -> dict[str, list[str]]:
    data = written(terms, SECTIONS[slug].parts)
    said = {name: data.getlist(name) for name in data}
    return said | {"key": [str(uuid4())]} | {name: [value] for name, value in more.items()}


def keep(actor: Actor, scheme_id: UUID, **parts: object) -> None:
    with acting_for(HOME):
        said = {name: plain(part) for name, part in parts.items()}
        execute(services.keep_parts, actor, scheme_id, said, now=MONDAY)


def begin_on(
    actor: Actor, scheme_id: UUID, day: date, saved: OnChange = OnChange.NEW_TERMS
) -> None:
    with acting_for(HOME):
        execute(services.set_first_day, actor, scheme_id, day, saved, now=MONDAY)


def preview(actor: Actor, scheme_id: UUID) -> services.Preview:
    with acting_for(HOME):
        return services.preview(actor, scheme_id, TODAY)


def decide(actor: Actor, scheme_id: UUID, seen: str | None = None) -> str:
    mark = seen or preview(actor, scheme_id).seen
    with acting_for(HOME):
        said: str = execute(services.decide_change, actor, scheme_id, mark, "Budgettet", now=MONDAY)
    return said


def held(scheme_id: UUID, day: date) -> Terms:
    with acting_for(HOME):
        terms = terms_on(queries.terms_of(scheme_id), day)
    assert terms is not None
    return terms


def lowered(cast: Cast, day: date = TOMORROW) -> UUID:
    """Return a scheme with a card of five hours and a draft that caps cards at one hour."""
    scheme_id = a_scheme()
    a_card(cast, cast.ellen, 300, scheme_id=scheme_id)
    keep(cast.karen, scheme_id, saving=Saving(LESS))
    begin_on(cast.karen, scheme_id, day)
    return scheme_id


@pytest.mark.parametrize("slug", SECTIONS)
def test_every_section_is_shown(karen: FlaskClient, cast: Cast, slug: str) -> None:
    assert karen.get(f"/ordninger/{a_scheme()}/aendring/{slug}").status_code == 200


@pytest.mark.parametrize("slug", SECTIONS)
def test_a_section_kept_as_it_is_changes_nothing(karen: FlaskClient, cast: Cast, slug: str) -> None:
    scheme_id = a_scheme()
    answer = karen.post(f"/ordninger/{scheme_id}/aendring/{slug}", data=posted(DECIDED, slug))
    assert answer.status_code == 303
    with acting_for(HOME):
        assert services.draft_of(scheme_id, TODAY).terms == DECIDED


def test_a_kept_section_is_only_a_draft(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = a_scheme()
    new = replace(DECIDED, saving=Saving(LESS))
    karen.post(f"/ordninger/{scheme_id}/aendring/opsparing", data=posted(new, "opsparing"))
    assert held(scheme_id, TODAY) == DECIDED
    with acting_for(HOME):
        assert services.draft_of(scheme_id, TODAY).terms.saving == Saving(LESS)


def test_a_block_is_added_without_losing_what_was_typed(karen: FlaskClient, cast: Cast) -> None:
    data = posted(DECIDED, "opsparing", do="add:saving-caps", **{"saving-caps-0-minutes": "777"})
    page = karen.post(f"/ordninger/{a_scheme()}/aendring/opsparing", data=data)
    assert page.status_code == 200
    assert 'value="777"' in page.text
    assert 'id="saving-caps-1-punches"' in page.text


def test_a_block_is_removed(karen: FlaskClient, cast: Cast) -> None:
    data = posted(DECIDED, "opsparing", do="remove:saving-caps:0")
    page = karen.post(f"/ordninger/{a_scheme()}/aendring/opsparing", data=data)
    assert "saving-caps-0-punches" not in page.text


def test_what_is_wrong_is_said_at_its_field(karen: FlaskClient, cast: Cast) -> None:
    data = posted(DECIDED, "opsparing", **{"saving-caps-0-minutes": "meget"})
    page = karen.post(f"/ordninger/{a_scheme()}/aendring/opsparing", data=data)
    assert page.status_code == 422
    assert 'id="saving-caps-0-minutes-error"' in page.text
    assert 'value="meget"' in page.text


def test_hours_that_end_before_they_begin_are_refused_at_the_field(
    karen: FlaskClient, cast: Cast
) -> None:
    more = {"hours-starts_from-how": "value", "hours-starts_from": "15:00"}
    more |= {"hours-ends_by-how": "value", "hours-ends_by": "10:00"}
    page = karen.post(
        f"/ordninger/{a_scheme()}/aendring/tider", data=posted(DECIDED, "tider", **more)
    )
    assert page.status_code == 422
    assert 'id="hours-ends_by-error"' in page.text


def test_the_effect_of_a_choice_is_shown_before_it_is_kept(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = a_scheme()
    new = replace(DECIDED, saving=Saving(LESS))
    page = karen.post(
        f"/ordninger/{scheme_id}/aendring/opsparing", data=posted(new, "opsparing", do="try")
    )
    assert page.status_code == 200
    assert 'id="saving-caps-0-at_cap-effect"' in page.text
    with acting_for(HOME):
        assert not services.draft_of(scheme_id, TODAY).is_begun


def test_a_draft_that_contradicts_another_page_says_so_and_cannot_be_previewed(
    karen: FlaskClient, cast: Cast
) -> None:
    scheme_id = a_scheme()
    rich = replace(DECIDED, allowance=replace(DECIDED.allowance, minutes=900))
    answer = karen.post(f"/ordninger/{scheme_id}/aendring/tid", data=posted(rich, "tid"))
    assert answer.status_code == 303
    assert "alert-warning" in karen.get(f"/ordninger/{scheme_id}/aendring").text
    begin_on(cast.karen, scheme_id, TOMORROW)
    assert karen.get(f"/ordninger/{scheme_id}/aendring/virkning").status_code == 303


@pytest.mark.parametrize("days", [-1, 0])
def test_a_day_that_is_reckoned_cannot_be_chosen(karen: FlaskClient, cast: Cast, days: int) -> None:
    scheme_id = lowered(cast)
    day = (TODAY + timedelta(days=days)).isoformat()
    data = {"key": str(uuid4()), "from_on": day, "saved_time": "keep_terms"}
    page = karen.post(f"/ordninger/{scheme_id}/aendring", data=data)
    assert page.status_code == 422
    assert 'id="from_on-error"' in page.text


@pytest.mark.parametrize("day", ["9999-12-31", "2206-11-24"])
def test_a_day_too_far_ahead_to_be_meant_cannot_be_chosen(
    karen: FlaskClient, cast: Cast, day: str
) -> None:
    data = {"key": str(uuid4()), "from_on": day, "saved_time": "keep_terms"}
    page = karen.post(f"/ordninger/{lowered(cast)}/aendring", data=data)
    assert (page.status_code, f'value="{day}"' in page.text) == (422, True)
    assert 'id="from_on-error"' in page.text


def test_the_preview_names_each_citizen_with_what_is_lost(karen: FlaskClient, cast: Cast) -> None:
    page = karen.get(f"/ordninger/{lowered(cast)}/aendring/virkning").text
    assert "Ellen" in page
    assert "4 timer" in page


def test_the_preview_changes_nothing(cast: Cast) -> None:
    scheme_id = lowered(cast)
    preview(cast.karen, scheme_id)
    assert held(scheme_id, NEXT_WEEK).saving == DECIDED.saving


def test_the_preview_is_what_then_happens(cast: Cast, standing_clock: StandingClock) -> None:
    scheme_id = lowered(cast, NEXT_WEEK)
    [told] = preview(cast.karen, scheme_id).cards
    decide(cast.karen, scheme_id)
    with acting_for(HOME):
        card = get_card(told.card_id)
        state = execute(ledger.advance, card, through=NEXT_WEEK, now=standing_clock.pass_(days=7))
    assert state.available(NEXT_WEEK) == told.effect.new.first == 60


def test_an_administrator_sees_sums_and_no_names(client: FlaskClient, cast: Cast) -> None:
    page = log_in(client, cast.ada).get(f"/ordninger/{lowered(cast)}/aendring/virkning")
    assert page.status_code == 200
    assert "Ellen" not in page.text


def test_the_spreadsheet_holds_every_card(karen: FlaskClient, cast: Cast) -> None:
    answer = karen.get(f"/ordninger/{lowered(cast)}/aendring/virkning.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ";300;60;240;" in lines[1]


def test_those_in_the_spreadsheet_are_on_record_as_seen(karen: FlaskClient, cast: Cast) -> None:
    karen.get(f"/ordninger/{lowered(cast)}/aendring/virkning.csv")
    with acting_for(HOME):
        looks = db.session.scalars(select(AuditLine.purpose))
        assert "preview_change" in set(looks)


def test_a_decided_change_holds_from_its_day(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = lowered(cast, NEXT_WEEK)
    data = {"key": str(uuid4()), "seen": preview(cast.karen, scheme_id).seen, "reason": "Spar"}
    answer = karen.post(f"/ordninger/{scheme_id}/aendring/virkning", data=data)
    assert answer.status_code == 303
    assert held(scheme_id, NEXT_WEEK - timedelta(days=1)).saving == DECIDED.saving
    assert held(scheme_id, NEXT_WEEK).saving == Saving(LESS)


def test_a_double_tap_decides_once(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = lowered(cast)
    data = {"key": str(uuid4()), "seen": preview(cast.karen, scheme_id).seen, "reason": "Spar"}
    path = f"/ordninger/{scheme_id}/aendring/virkning"
    assert [karen.post(path, data=data).status_code for _tap in range(2)] == [303, 303]
    with acting_for(HOME):
        assert len(queries.terms_of(scheme_id)) == 2


def test_a_change_is_not_decided_without_a_reason(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = lowered(cast)
    data = {"key": str(uuid4()), "seen": preview(cast.karen, scheme_id).seen, "reason": ""}
    page = karen.post(f"/ordninger/{scheme_id}/aendring/virkning", data=data)
    assert page.status_code == 422
    assert 'id="reason-error"' in page.text


def test_a_draft_that_was_changed_since_is_not_decided(cast: Cast) -> None:
    scheme_id = lowered(cast)
    seen = preview(cast.karen, scheme_id).seen
    keep(cast.karen, scheme_id, hours=Hours())
    keep(cast.karen, scheme_id, saving=Saving())
    with pytest.raises(Stale):
        decide(cast.karen, scheme_id, seen)


def test_a_decision_is_on_record_with_its_rules(cast: Cast) -> None:
    scheme_id = lowered(cast)
    decide(cast.karen, scheme_id)
    with acting_for(HOME):
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert "saving.caps.most.minutes" in line.details["rules"]


def test_a_decision_is_kept_with_its_reason(cast: Cast) -> None:
    scheme_id = lowered(cast)
    decide(cast.karen, scheme_id)
    with acting_for(HOME):
        assert {one.reason for one in change_queries.list_answers(scheme_id)} == {"Budgettet"}


def test_after_the_decision_the_draft_is_gone(cast: Cast) -> None:
    scheme_id = lowered(cast)
    decide(cast.karen, scheme_id)
    with acting_for(HOME):
        assert change_queries.find_draft(scheme_id) is None


def test_a_draft_can_be_thrown_away(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = lowered(cast)
    karen.post(f"/ordninger/{scheme_id}/aendring/kasser", data={"key": str(uuid4())})
    with acting_for(HOME):
        assert not services.draft_of(scheme_id, TODAY).is_begun


def test_a_preview_asks_the_database_the_same_whatever_the_number_of_cards(
    cast: Cast, count_queries: Callable[[], int]
) -> None:
    scheme_id = lowered(cast)
    preview(cast.karen, scheme_id)
    before = count_queries()
    preview(cast.karen, scheme_id)
    one = count_queries() - before
    a_card(cast, cast.poul, 120, scheme_id=scheme_id)
    preview(cast.karen, scheme_id)
    before = count_queries()
    preview(cast.karen, scheme_id)
    assert count_queries() - before == one


@pytest.mark.parametrize("who", ["asta", "bo", "viggo"])
def test_others_change_no_scheme(client: FlaskClient, cast: Cast, who: str) -> None:
    scheme_id = a_scheme()
    others = log_in(client, getattr(cast, who))
    assert others.get(f"/ordninger/{scheme_id}/aendring").status_code == 403
    with pytest.raises(Forbidden):
        keep(getattr(cast, who), scheme_id, saving=Saving())


@pytest.mark.parametrize("page", ["aendring", "aendring/tid", "aendring/virkning", "fil"])
def test_another_municipalitys_scheme_is_not_found(
    karen: FlaskClient, cast: Cast, page: str
) -> None:
    assert karen.get(f"/ordninger/{uuid4()}/{page}").status_code == 404


def test_another_municipality_keeps_no_draft_here(cast: Cast) -> None:
    scheme_id = a_scheme()
    stranger = replace(cast.karen, municipality_id=AWAY)
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(services.keep_parts, stranger, scheme_id, {}, now=MONDAY)


def test_the_rules_are_taken_out_as_a_file(karen: FlaskClient, cast: Cast) -> None:
    answer = karen.get(f"/ordninger/{a_scheme()}/scheme.toml")
    assert load(answer.text).terms == DECIDED


def test_rules_from_a_file_become_the_draft(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = a_scheme()
    text = karen.get(f"/ordninger/{scheme_id}/scheme.toml").text
    read = load(text)
    new = replace(read, terms=replace(read.terms, saving=Saving(LESS)))
    data = {"key": str(uuid4()), "toml": dump(new)}
    assert karen.post(f"/ordninger/{scheme_id}/fil", data=data).status_code == 303
    assert held(scheme_id, TODAY) == DECIDED
    with acting_for(HOME):
        assert services.draft_of(scheme_id, TODAY).terms.saving == Saving(LESS)


def test_a_faulty_file_is_refused_with_line_and_key(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = a_scheme()
    data = {"key": str(uuid4()), "toml": '[allowance]\nminutes = "mange"\n'}
    page = karen.post(f"/ordninger/{scheme_id}/fil", data=data)
    assert page.status_code == 422
    assert "2, allowance.minutes" in page.text
    with acting_for(HOME):
        assert not services.draft_of(scheme_id, TODAY).is_begun


BROKEN = [
    ("a = 1\n[hours]\nends_by = 1\n\nends_by = 2\n", 5, "kun siges én gang"),
    ("[hours]\n[words]\n[hours]\n", 3, "kun siges én gang"),
    ('[words]\none = "klip\nmany = "klip"\n', 2, "anførselstegn"),
    ('[words]\none = klip"\n', 2, "anførselstegn"),
    ('[words]\n\none = "klip', 3, "anførselstegn"),
    ('[words]\none = """klip\nmany = 3\n', 2, "anførselstegn"),
    ('[hours]\ndays = ["mon", "tue"\nends_by = "10:00"\n', 2, "aldrig slutter"),
    ('[hours]\ndays = ["mon",\n  "tue",\nends_by = "10:00"\n', 2, "aldrig slutter"),
    ('[hours]\ndays = ["mon"\n', 2, "aldrig slutter"),
    ("minutes_per_punch = 30\n[hours\nx = 1\n", 2, "aldrig slutter"),
    ("[hours]\nends_by 10\n", 2, "mangler ="),
    ("\n[allowance]\nminutes == 30\n", 3, "et = for meget"),
    ("[allowance]\nminutes = = 30\n", 2, "et = for meget"),
    ("[charging]\n\tsecond_helper = 0,5\n", 2, "0.5"),
    ('[words]\none = "a\\d"\n', 2, "skråstreg"),
    ('[words]\none = "a\x01"\n', 2, "tegn"),
    ("\n\n= 3\n", 3, "et navn, ="),
]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("text", "line", "reason"), BROKEN)
def test_a_text_that_is_no_toml_is_told_by_its_line_and_why(
    karen: FlaskClient, cast: Cast, text: str, line: int, reason: str, mark: str, ending: str
) -> None:
    raw = (mark + text.replace("\n", ending)).encode()
    page = sent_file(karen, a_scheme(), raw)
    assert page.status_code == 422
    told = re.findall(r'id="toml-error">.*?Fejl:</span> (.*?)</span>', page.text, re.DOTALL)
    assert len(told) == 1
    assert told[0].startswith(f"Linje {line}: ")
    assert reason in told[0]


def test_a_letter_that_is_no_utf_8_is_told_by_its_line(karen: FlaskClient, cast: Cast) -> None:
    page = sent_file(karen, a_scheme(), b'[words]\r\none = "kl\xf8p"\r\n')
    assert page.status_code == 422
    assert "Linje 2: " in page.text
    assert "UTF-8" in page.text


def test_a_key_in_quotation_marks_is_found_on_its_line(karen: FlaskClient, cast: Cast) -> None:
    text = '[allowance]\nminutes = 30\n[activities.needs_for]\n"gå st. tur" = "a and"\n'
    page = sent_file(karen, a_scheme(), text.encode())
    assert "Linje 4, activities.needs_for.gå st. tur" in page.text


def sent_file(karen: FlaskClient, scheme_id: UUID, raw: bytes) -> TestResponse:
    data = {"key": str(uuid4()), "file": (BytesIO(raw), "scheme.toml")}
    return karen.post(f"/ordninger/{scheme_id}/fil", data=data)


def test_a_draft_is_not_replaced_by_a_file_before_somebody_says_so(
    karen: FlaskClient, cast: Cast
) -> None:
    scheme_id = lowered(cast)
    karen.set_cookie("lang", "en", domain="localhost")
    text = karen.get(f"/ordninger/{scheme_id}/scheme.toml").text
    page = sent_file(karen, scheme_id, text.encode())
    assert page.status_code == 409
    assert "You last wrote in it" in page.text
    assert "Nothing was replaced" not in page.text
    assert draft(scheme_id).saving == Saving(LESS)
    [seen] = re.findall(r'name="replaces"[^>]*value="(\w+)"', page.text)
    data = {"key": str(uuid4()), "toml": text, "replaces": seen}
    assert karen.post(f"/ordninger/{scheme_id}/fil", data=data).status_code == 303
    assert draft(scheme_id) == DECIDED


def test_a_draft_that_was_changed_since_the_question_is_asked_about_anew(
    karen: FlaskClient, cast: Cast
) -> None:
    scheme_id = lowered(cast)
    karen.set_cookie("lang", "en", domain="localhost")
    text = karen.get(f"/ordninger/{scheme_id}/scheme.toml").text
    page = sent_file(karen, scheme_id, text.encode())
    [seen] = re.findall(r'name="replaces"[^>]*value="(\w+)"', page.text)
    keep(cast.karen, scheme_id, hours=Hours(public_holidays=False))
    data = {"key": str(uuid4()), "toml": text, "replaces": seen}
    again = karen.post(f"/ordninger/{scheme_id}/fil", data=data)
    assert again.status_code == 409
    assert again.text.index("Nothing was replaced") < again.text.index("<h1>")
    assert "was changed after you were asked" in again.text
    assert draft(scheme_id).saving == Saving(LESS)


def test_a_draft_that_is_gone_since_the_question_is_told_of(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = lowered(cast)
    karen.set_cookie("lang", "en", domain="localhost")
    text = karen.get(f"/ordninger/{scheme_id}/scheme.toml").text
    [seen] = re.findall(
        r'name="replaces"[^>]*value="(\w+)"', sent_file(karen, scheme_id, text.encode()).text
    )
    with acting_for(HOME):
        execute(services.drop_draft, cast.karen, scheme_id)
    data = {"key": str(uuid4()), "toml": text, "replaces": seen}
    page = karen.post(f"/ordninger/{scheme_id}/fil", data=data)
    assert (page.status_code, "is gone. Read the rules again" in page.text) == (409, True)
    [seen] = re.findall(r'name="replaces"[^>]*value="(\w*)"', page.text)
    data = {"key": str(uuid4()), "toml": text, "replaces": seen}
    assert karen.post(f"/ordninger/{scheme_id}/fil", data=data).status_code == 303


def test_who_else_wrote_in_the_draft_is_named(
    client: FlaskClient, karen: FlaskClient, cast: Cast
) -> None:
    scheme_id = lowered(cast)
    ada = log_in(client, cast.ada)
    ada.set_cookie("lang", "en", domain="localhost")
    text = ada.get(f"/ordninger/{scheme_id}/scheme.toml").text
    assert "Karen" in sent_file(ada, scheme_id, text.encode()).text


def draft(scheme_id: UUID) -> Terms:
    with acting_for(HOME):
        return services.draft_of(scheme_id, TODAY).terms


def test_a_rule_over_facts_is_shown_in_words_beside_its_code(
    karen: FlaskClient, cast: Cast
) -> None:
    more = {"do": "try", "grants-eligibility": "lives_alone and hours_per_week >= 8"}
    path = f"/ordninger/{a_scheme()}/aendring/hvem"
    page = karen.post(path, data=posted(DECIDED, "hvem", **more)).text
    assert "Bor alene, og mindst 8 timers hjemmehjælp om ugen" in page
    assert "lives_alone and hours_per_week &gt;= 8" in page


def test_the_part_of_a_rule_that_is_wrong_is_named(karen: FlaskClient, cast: Cast) -> None:
    more = {"grants-eligibility": "lives_alone og hours_per_week >= 8"}
    path = f"/ordninger/{a_scheme()}/aendring/hvem"
    page = karen.post(path, data=posted(DECIDED, "hvem", **more))
    assert page.status_code == 422
    assert "“og”" in page.text


def test_the_preview_tells_its_rules_in_words(karen: FlaskClient, cast: Cast) -> None:
    scheme_id = a_scheme()
    grants = replace(DECIDED.grants, eligibility="lives_alone")
    expiry = replace(DECIDED.expiry, rolling=(Span(4, Unit.WEEKS),))
    keep(cast.karen, scheme_id, grants=grants, expiry=expiry, saving=Saving(LESS))
    begin_on(cast.karen, scheme_id, TOMORROW)
    page = karen.get(f"/ordninger/{scheme_id}/aendring/virkning").text
    for words in ("4 uger", "Bor alene", "Den følger de nye regler", "1 time"):
        assert words in page
    for code in ("4 weeks", "lives_alone", "new_terms", "saving.", "change."):
        assert code not in page


def test_a_length_of_time_is_labelled_with_one_colon(karen: FlaskClient, cast: Cast) -> None:
    page = karen.get(f"/ordninger/{a_scheme()}/aendring/varsel").text
    assert "::" not in page


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], int]:
    """Return a function that tells how often the database has been asked."""
    asked = 0

    def count(*_details: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(db.engine, "before_cursor_execute", count)
    return lambda: asked
