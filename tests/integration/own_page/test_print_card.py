"""Staff make, print, re-open and replace a citizen's card; the paper never carries the PIN."""

import shutil
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.municipalities.services import change_contact
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardKey
from klippekort.punchcards.queries import card_keys
from tests.cast import HOME
from tests.integration.own_page.arrange import PIN, Story, give_card, key_in, type_pin
from tests.integration.papers.reading import facts, printed_over
from tests.login import log_in
from tests.pages import faults_of
from tests.papers_site import long_words


def _page(story: Story, ending: str = "") -> str:
    return f"/borgere/{story.cast.ellen}/kort{ending}"


def _token(story: Story) -> str:
    with acting_for(HOME):
        return card_keys.token_of(card_keys.get_live_key(story.cast.ellen))


def _keys_of(citizen_id: UUID) -> int:
    with acting_for(HOME):
        return len(db.session.scalars(select(CardKey).filter_by(citizen_id=citizen_id)).all())


@pytest.mark.parametrize("role", ["asta", "karen", "bo"])
def test_who_gives_cards_may_print_them(client: FlaskClient, story: Story, role: str) -> None:
    log_in(client, getattr(story.cast, role))
    assert client.get(_page(story)).status_code == 200


@pytest.mark.parametrize("role", ["ida", "ada", "viggo", "mia"])
def test_others_may_not(client: FlaskClient, story: Story, role: str) -> None:
    log_in(client, getattr(story.cast, role))
    assert client.get(_page(story)).status_code == 403


def test_another_municipality_finds_nobody(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.frida)
    assert client.get(_page(story)).status_code == 404


def test_the_pin_she_chooses_opens_the_card(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    key = key_in(client.get(_page(story)).text)
    client.post(_page(story), data={"key": key, "pin": PIN})
    assert type_pin(client.application.test_client(), _token(story), PIN).status_code == 303


def test_a_code_that_is_easy_to_guess_is_refused_kindly(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    answer = client.post(_page(story), data={"key": str(new_id()), "pin": "1234"})
    assert answer.status_code == 422
    assert 'value="1234"' in answer.text


def test_a_double_tap_makes_one_card(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    key = str(new_id())
    for _ in range(2):
        client.post(_page(story), data={"key": key, "pin": PIN})
    assert _keys_of(story.cast.ellen) == 1


def test_a_double_tap_on_lost_makes_one_new_card(client: FlaskClient, story: Story) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    key = str(new_id())
    for _ in range(2):
        client.post(_page(story, "/tabt"), data={"key": key})
    assert _keys_of(story.cast.ellen) == 2


def test_a_lost_card_leads_straight_to_the_new_one(client: FlaskClient, story: Story) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    answer = client.post(_page(story, "/tabt"), data={"key": str(new_id())})
    assert answer.headers["Location"] == _page(story, "/udskrift")


def test_a_locked_card_is_opened_again(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    citizen = client.application.test_client()
    for _ in range(5):
        type_pin(citizen, token, "9999")
    log_in(client, story.cast.karen)
    client.post(_page(story, "/genaabn"), data={"key": str(new_id())})
    type_pin(citizen, token, PIN)
    assert "Ellen" in citizen.get(f"/kort/lindeby/{token}").text


def test_the_paper_has_the_phone_and_the_address(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    log_in(client, story.cast.bo)
    page = client.get(_page(story, "/udskrift")).text.replace("<wbr>", "")
    facts = ("20 12 34 56", "kl. 8–15", f"http://localhost/kort/lindeby/{token}")
    assert [fact for fact in facts if fact not in page] == []


def test_the_paper_has_neither_pin_nor_surname(client: FlaskClient, story: Story) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    page = client.get(_page(story, "/udskrift")).text
    assert PIN not in page.replace(_token(story), "")
    assert "Sørensen" not in page


def test_the_code_is_a_picture_that_is_not_kept(client: FlaskClient, story: Story) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    answer = client.get(_page(story, ".svg"))
    assert answer.mimetype == "image/svg+xml"
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_a_card_there_is_nothing_to_print(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    assert client.get(_page(story, "/udskrift")).status_code == 404


def test_the_pdf_is_one_page_with_name_and_phone(
    client: FlaskClient, story: Story, tmp_path: Path
) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    answer = client.get(_page(story, ".pdf"))
    if answer.status_code == 303:
        pytest.skip("this machine lacks the libraries for PDF")
    drawn = answer.data
    assert drawn.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        file = tmp_path / "card.pdf"
        file.write_bytes(drawn)
        told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
        pages = told.stdout.decode().rstrip("\f").split("\f")
        assert len(pages) == 1
        assert "Ellen" in pages[0]
        assert "20 12 34 56" in pages[0]


def test_the_pdf_is_one_page_with_long_names_too(
    client: FlaskClient, story: Story, tmp_path: Path
) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    long_words(story.cast)
    with acting_for(HOME):
        told = ("+4520123456", "mandag til torsdag kl. 8-15, fredag kl. 8-13, juli kl. 9-12", "")
        execute(change_contact, story.cast.ada, *told, "", now=clock.now())
    drawn = client.get(_page(story, ".pdf")).data
    assert facts(drawn, tmp_path)["Pages"] == "1"
    assert printed_over(drawn, tmp_path) == []


def test_printing_is_on_record(client: FlaskClient, story: Story) -> None:
    give_card(story)
    log_in(client, story.cast.bo)
    client.get(_page(story, ".pdf"))
    with acting_for(HOME):
        looks = db.session.scalars(select(AuditLine).filter_by(purpose="print_card")).all()
    assert [line.account_id for line in looks] == [story.cast.bo.account_id]


@pytest.mark.parametrize("ending", ["", "/udskrift"])
def test_the_pages_are_sound(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    give_card(story)
    log_in(client, story.cast.bo)
    assert faults_of(client.get(_page(story, ending)).text) == []
