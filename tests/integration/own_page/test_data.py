"""Who has looked and all that is kept: never behind the card alone, whole, and by letter too."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import CheckConstraint

from klippekort.citizens.services import KINDS as ABSENCES
from klippekort.domain.ledger import Source
from klippekort.domain.trips import CancelReason, Cause, Company, Transport, TripState
from klippekort.messages.services.wording import KINDS
from klippekort.own_page.queries.package import gather
from klippekort.own_page.queries.package.contents import CHAPTERS, HIDDEN, LEFT_OUT, SEALED
from klippekort.own_page.queries.package.gathering import is_hidden, models
from klippekort.own_page.queries.requests import waiting_requests
from klippekort.own_page.views.column_words import COLUMNS
from klippekort.own_page.views.package_words import CHAPTERS as CHAPTER_WORDS
from klippekort.own_page.views.package_words import TABLES, chapters_shown, words_of
from klippekort.platform import clock, pdf
from klippekort.platform.i18n import speaking_to
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.gateways import TextGateway, text_gateway
from tests.integration.own_page.arrange import Story, book
from tests.integration.own_page.visits import (
    add_looks,
    at_kiosk,
    by_card,
    code_in,
    press,
    signed_in,
)
from tests.integration.papers.reading import smallest
from tests.login import log_in
from tests.messages_site import give_phone, run, sending

DATA = ("hvem-har-set", "mine-data", "mine-data/om", "mine-data.pdf", "mine-data.json")


@pytest.fixture
def gateway(app: Flask) -> Iterator[TextGateway]:
    with text_gateway() as running, sending(app, sms=running.settings):
        yield running


def _prove(client: FlaskClient, gateway: TextGateway, page: str) -> str:
    """Ask for a code and return it."""
    press(client, f"{page}/kode/alt")
    run(clock.now())
    return code_in(gateway.texts())


@pytest.mark.parametrize("path", DATA)
def test_card_and_pin_alone_open_none_of_it(client: FlaskClient, story: Story, path: str) -> None:
    page = f"{by_card(client, story)}/{path}"
    answer = press(client, page) if "." in path else client.get(page)
    assert answer.status_code == 303
    assert "/kode/" in (answer.location or "")


def test_behind_the_card_no_page_tells_where_she_lives(client: FlaskClient, story: Story) -> None:
    book(story)
    page = by_card(client, story)
    for path in ("", "/oenske", "/ide", "/laesning", "/kode/alt", "/sig-din-mening"):
        assert "Åvej 7" not in client.get(page + path).text


def test_a_code_to_her_own_phone_opens_it_for_a_while(
    client: FlaskClient, story: Story, gateway: TextGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_phone(story.cast.ellen)
    page = by_card(client, story)
    code = _prove(client, gateway, page)
    assert press(client, f"{page}/kode/alt/skriv", code=code).location.endswith("/mine-data")
    assert "Åvej 7" in client.get(f"{page}/mine-data/om").text
    assert "Medarbejder" not in client.get(f"{page}/hvem-har-set").text.split("<h1>")[0]


def test_a_code_works_once_and_a_wrong_one_never(
    client: FlaskClient, story: Story, gateway: TextGateway
) -> None:
    give_phone(story.cast.ellen)
    page = by_card(client, story)
    code = _prove(client, gateway, page)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert press(client, f"{page}/kode/alt/skriv", code=wrong).status_code == 422
    assert press(client, f"{page}/kode/alt/skriv", code=code).status_code == 303
    client.post(f"{page}/luk")
    again = by_card(client, story)
    assert press(client, f"{again}/kode/alt/skriv", code=code).status_code == 422


def test_five_guesses_spend_a_code(client: FlaskClient, story: Story, gateway: TextGateway) -> None:
    give_phone(story.cast.ellen)
    page = by_card(client, story)
    code = _prove(client, gateway, page)
    for guess in range(5):
        wrong = f"{(int(code) + 1 + guess) % 1_000_000:06d}"
        press(client, f"{page}/kode/alt/skriv", code=wrong)
    assert press(client, f"{page}/kode/alt/skriv", code=code).status_code == 422


def test_only_a_few_codes_are_sent_an_hour(
    client: FlaskClient, story: Story, gateway: TextGateway
) -> None:
    give_phone(story.cast.ellen)
    page = by_card(client, story)
    for _ in range(5):
        press(client, f"{page}/kode/set")
    run(clock.now())
    assert len(gateway.texts()) == 3


def test_who_has_looked_is_told_by_role_and_purpose_never_by_name(
    client: FlaskClient, story: Story
) -> None:
    log_in(client, story.cast.karen)
    client.get(f"/borgere/{story.cast.ellen}/fakta")
    client.get(f"/borgere/{story.cast.ellen}/oensker")
    page = client.get(f"{signed_in(client, story)}/hvem-har-set").text
    assert "Koordinator" in page
    assert "Karen" not in page


def test_the_json_holds_every_chapter_there_is_something_in(
    client: FlaskClient, story: Story
) -> None:
    book(story)
    page = signed_in(client, story)
    press(client, f"{page}/oenske", words="Sejle en tur")
    press(client, f"{page}/sig-din-mening", kind="praise", words="Godt klaret")
    answer = press(client, f"{page}/mine-data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    chapters = json.loads(answer.text)["chapters"]
    assert chapters["about"]["citizen"][0]["address"] == "Åvej 7"
    assert chapters["wishes"]["trip_wish"][0]["words"] == "Sejle en tur"
    assert chapters["feedback"]["feedback"][0]["words"] == "Godt klaret"
    assert chapters["trips"]["trip"][0]["destination"]
    assert {"card", "looks"} <= set(chapters)
    assert "Bo Berg" not in answer.text


def test_a_large_record_is_a_tagged_pdf_in_under_a_minute(
    client: FlaskClient, story: Story
) -> None:
    book(story)
    add_looks(story, 600, clock.now() - timedelta(days=3))
    page, began = signed_in(client, story), monotonic()
    drawn = press(client, f"{page}/mine-data.pdf")
    assert monotonic() - began < 60
    with pikepdf.open(BytesIO(drawn.data)) as made:
        assert made.Root.MarkInfo.Marked
        assert made.Root.StructTreeRoot is not None


def test_nothing_is_downloaded_at_a_shared_screen(
    client: FlaskClient, story: Story, gateway: TextGateway
) -> None:
    give_phone(story.cast.ellen)
    page = at_kiosk(client, story)
    press(client, f"{page}/kode/alt/skriv", code=_prove(client, gateway, page))
    assert client.get(f"{page}/mine-data").status_code == 200
    assert press(client, f"{page}/mine-data.json").status_code == 403


def test_by_letter_it_is_a_task_for_staff_with_a_day(client: FlaskClient, story: Story) -> None:
    page = by_card(client, story)
    for _ in range(2):
        press(client, f"{page}/paa-papir/alt")
    with acting_for(HOME):
        [row] = waiting_requests()
        request_id, days = row.request.id, (row.request.answer_by - clock.today()).days
    assert 28 <= days <= 31
    log_in(client, story.cast.karen)
    assert "Ellen" in client.get("/indsigt").text
    letter = press(client, f"/indsigt/{request_id}/brev.pdf")
    assert letter.data.startswith(b"%PDF")
    assert press(client, f"/indsigt/{request_id}/sendt").status_code == 303
    assert "Ellen" not in client.get("/indsigt").text


def test_staff_write_down_that_she_asked_on_the_phone(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    press(client, f"/borgere/{story.cast.ellen}/indsigt", what="looks")
    with acting_for(HOME):
        assert [row.request.what for row in waiting_requests()] == ["looks"]


def test_every_table_about_a_citizen_is_handed_out_or_left_out_with_a_reason(app: Flask) -> None:
    named = {part.table for parts in CHAPTERS.values() for part in parts}
    points_to = {
        name: {key.column.table.name for key in mapper.local_table.foreign_keys}
        for name, mapper in models().items()
    }
    reached: set[str] = set()
    found = {"citizen"}
    while found:
        reached |= found
        followed = reached & (named | {"citizen"})
        found = {name for name, to in points_to.items() if to & followed} - reached
    assert reached - named - set(LEFT_OUT) == set()


def test_every_column_that_is_handed_out_has_words(app: Flask) -> None:
    lacking = set()
    for parts in CHAPTERS.values():
        for part in parts:
            for column in models()[part.table].columns:
                name = column.name.removesuffix("_encrypted").removesuffix("_sealed")
                if is_hidden(column.name) or column.type.__class__.__name__ == "Uuid":
                    continue
                if name not in COLUMNS:
                    lacking.add(f"{part.table}.{name}")
    assert lacking == set()
    assert {part.table for parts in CHAPTERS.values() for part in parts} <= set(TABLES)
    assert set(CHAPTERS) == set(CHAPTER_WORDS)


def _codes() -> Iterator[tuple[str, str, str]]:
    """Yield every code that the database itself knows, with the column it stands in."""
    for part in {one.table for parts in CHAPTERS.values() for one in parts}:
        for rule in models()[part].local_table.constraints:
            said = str(rule.sqltext) if isinstance(rule, CheckConstraint) else ""
            for column, codes in re.findall(r"(\w+) in \(([^)]*)\)", said):
                if not is_hidden(column):
                    yield from ((part, column, one) for one in re.findall(r"'(\w+)'", codes))


# Codes of rules that no table lists: they follow from these.
_LISTED: dict[tuple[str, str], Iterable[str]] = {
    ("trip", "state"): TripState,
    ("trip_rider", "state"): TripState,
    ("trip", "company"): Company,
    ("trip", "transport"): Transport,
    ("trip_event", "kind"): TripState,
    ("trip_event", "reason"): CancelReason,
    ("trip_event", "cause"): Cause,
    ("punch_lot", "source"): Source,
    ("outbox_message", "kind"): KINDS,
    ("absence", "kind"): ABSENCES,
}


def test_every_code_is_told_in_words(app: Flask) -> None:
    listed = [(*place, str(one)) for place, codes in _LISTED.items() for one in codes]
    lacking = {
        place
        for place in (*_codes(), *listed)
        if words_of(place[2], place[1], place[0]) in (place[2], "")
    }
    assert lacking == set()


def test_no_code_stands_in_the_paper_and_the_json_says_what_they_mean(
    client: FlaskClient, story: Story
) -> None:
    book(story)
    page = signed_in(client, story)
    press(client, f"{page}/sig-din-mening", kind="praise", words="open")
    with acting_for(HOME):
        shown = chapters_shown(gather(story.cast.ellen, now=clock.now()))
    values = {
        value
        for chapter in shown
        for section in chapter.sections
        for row in section.rows
        for _label, value in row
    }
    assert [one for one in values if re.fullmatch(r"[a-z]+_[a-z_]+", one)] == []
    assert "open" in values
    told = json.loads(press(client, f"{page}/mine-data.json").text)["chapters"]
    trip = told["trips"]["trip"][0]
    assert (trip["state"], trip["in_words"]["state"] != "booked") == ("booked", True)


def test_every_sealed_column_can_be_opened_or_is_hidden(app: Flask) -> None:
    by_row = {"feedback", "message_delivery", "message_event"}
    closed = {
        (part.table, column.name)
        for parts in CHAPTERS.values()
        for part in parts
        for column in models()[part.table].columns
        if column.name.endswith(("_sealed", "_encrypted"))
        and part.table not in by_row
        and column.name not in HIDDEN
        and (part.table, column.name) not in SEALED
    }
    assert closed == set()


def test_gathering_tells_nothing_of_a_neighbour(story: Story) -> None:
    with acting_for(HOME):
        said = json.dumps(gather(story.cast.poul, now=clock.now()).as_json())
    assert "Ellen" not in said
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", said) is None


def test_her_papers_are_in_large_print_and_run_as_they_are_read(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written, draw = list[str](), pdf.render

    def render(page: str) -> bytes:
        written.append(page)
        return draw(page)

    monkeypatch.setattr(pdf, "render", render)
    at = signed_in(client, story)
    client.set_cookie("lang", "ar")
    drawn = press(client, f"{at}/mine-data.pdf").data
    assert ' dir="rtl"' in written[0]
    assert smallest(drawn, tmp_path) >= 18


@pytest.mark.parametrize(("language", "is_danish"), [("en", False), ("pl", True)])
def test_rules_are_told_in_danish_where_her_language_has_no_words_for_them(
    app: Flask, language: str, *, is_danish: bool
) -> None:
    rule = "pauses.hospital.accrues"
    asked = []
    for code in (language, "da"):
        with app.test_request_context(), speaking_to(code):
            asked.append(words_of(rule, "rule", "rule_answer"))
    assert (asked[0] == asked[1]) is is_danish


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ("activities.others", "allowed", "Yes"),
        ("visits.longest", "none", "It is all right this time."),
    ],
)
def test_what_was_decided_at_a_booking_is_told_in_words(
    app: Flask, rule: str, value: str, words: str
) -> None:
    with app.test_request_context(), speaking_to("en"):
        assert words in words_of(value, "value", "rule_answer", {"rule": rule})
