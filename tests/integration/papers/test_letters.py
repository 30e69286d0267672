"""Letters of the law: written where terms ask, stopped, given reasons, sent once, filed once."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.config import DigitalPost
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.schemes import OnChange
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.papers import jobs
from klippekort.papers.models import LetterBatch
from klippekort.papers.services import batches, letters
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.gateways import Refused, letter_post
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services import changes, rates
from klippekort.punchcards.services.cards import end_card
from tests.builders import a_card, a_scheme
from tests.cast import HOME, Cast
from tests.integration.papers.reading import facts, smallest, words
from tests.login import log_in
from tests.messages_site import decide, run, sending
from tests.papers_site import LAWFUL, folders, law_letters, work

NOW = clock.now()
RESTED = NOW + timedelta(minutes=6)


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, given by a formal decision: half an hour each week."""
    return a_card(cast, cast.ellen, 120, terms=LAWFUL, rate=None, now=NOW)


def body(letter: Any) -> Any:
    with acting_for(HOME):
        return letters.body_of(letter)


def ended(cast: Cast, card_id: UUID, reason: str = "no_need") -> Any:
    with acting_for(HOME):
        execute(end_card, cast.asta, card_id, reason=reason, now=NOW)
    return next(one for one in law_letters() if one.kind == "end")


def test_a_grant_is_told_with_reasons_and_its_law(app: Flask, card: UUID):
    (letter,) = law_letters()
    said = body(letter)
    assert (letter.kind, letter.is_decision, letter.can_complain) == ("grant", True, False)
    assert said.reasons
    assert "serviceloven § 83" in said.law
    assert "1 klip" in said.said[0]
    assert not said.complaint


def test_terms_without_a_word_on_law_write_no_letter(app: Flask, cast: Cast):
    a_card(cast, cast.ellen, now=NOW)
    assert law_letters() == []


def test_what_goes_against_her_says_how_to_complain_within_four_weeks(
    app: Flask, cast: Cast, card: UUID
):
    letter = ended(cast, card)
    said = body(letter)
    assert letter.can_complain
    assert "20 12 34 56" in said.complaint
    assert "4" in said.complaint
    assert "Ankestyrelsen" in said.complaint


def test_an_end_without_words_waits_for_reasons(app: Flask, cast: Cast, card: UUID):
    letter = ended(cast, card, "other")
    work(RESTED, "send_letters")
    assert law_letters()[-1].state == "resting"
    with acting_for(HOME):
        execute(letters.add_reasons, cast.asta, letter.id, "Du bruger det ikke.", now=RESTED)
    work(RESTED + timedelta(minutes=6), "send_letters")
    letter = next(one for one in law_letters() if one.id == letter.id)
    assert (letter.state, letter.how) == ("sent", "paper")
    assert body(letter).reasons == ("Du bruger det ikke.",)


def test_no_is_told_with_the_words_that_were_written(app: Flask, cast: Cast):
    scheme = a_scheme(LAWFUL, now=NOW)
    with acting_for(HOME):
        words = "Du kommer selv ud hver uge."
        execute(letters.decline, cast.asta, cast.poul, scheme, words, "yes", now=NOW)
        with pytest.raises(letters.NoReasons):
            execute(letters.decline, cast.asta, cast.poul, scheme, " ", "yes", now=NOW)
    (letter,) = law_letters()
    assert (letter.kind, letter.can_complain) == ("decline", True)
    assert body(letter).reasons == ("Du kommer selv ud hver uge.",)


def test_less_time_says_how_much_there_was_and_will_be(app: Flask, cast: Cast, card: UUID):
    ahead = local_day(NOW) + timedelta(days=14)
    told: dict[str, Any] = {"words": "Du får mere hjælp hjemme.", "heard": "yes", "now": NOW}
    with acting_for(HOME):
        with pytest.raises(rates.NotLess):
            execute(rates.cut_card, cast.asta, card, minutes=30, from_on=ahead, **told)
        with pytest.raises(rates.NotAhead):
            execute(rates.cut_card, cast.asta, card, minutes=15, from_on=local_day(NOW), **told)
        execute(rates.cut_card, cast.asta, card, minutes=15, from_on=ahead, **told)
    letter = next(one for one in law_letters() if one.kind == "cut")
    said = body(letter)
    assert "15 minutter" in said.said[0]
    assert "1 klip" in said.said[0]
    assert letter.can_complain


def _cut(cast: Cast, card: UUID, minutes: int, weeks: int, words: str, later: int = 0) -> None:
    at = NOW + timedelta(minutes=later)
    told: dict[str, Any] = {"words": words, "heard": "yes", "now": at}
    day = local_day(NOW) + timedelta(weeks=weeks)
    with acting_for(HOME):
        execute(rates.cut_card, cast.asta, card, minutes=minutes, from_on=day, **told)


def _cuts() -> list[tuple[str, str, str]]:
    """Return the state of each letter about less time, how much, and how much before."""
    found = [(one.state, body(one)) for one in law_letters() if one.kind == "cut"]
    amounts = [(state, re.findall(r"(\d+) minut", said.said[0])) for state, said in found]
    return [(state, told[0], told[-1]) for state, told in amounts]


def test_a_cut_that_is_decided_anew_is_told_in_one_letter(app: Flask, cast: Cast, card: UUID):
    _cut(cast, card, 25, 2, "Først.")
    _cut(cast, card, 20, 2, "Så hellere dette.")
    assert _cuts() == [("stopped", "25", "30"), ("resting", "20", "30")]


def test_a_cut_that_was_sent_stays_when_it_is_decided_anew(app: Flask, cast: Cast, card: UUID):
    _cut(cast, card, 25, 2, "Først.")
    work(RESTED, "send_letters")
    _cut(cast, card, 20, 2, "Så hellere dette.", later=7)
    assert _cuts() == [("sent", "25", "30"), ("resting", "20", "30")]


def test_a_later_cut_that_still_holds_is_written_anew(app: Flask, cast: Cast, card: UUID):
    _cut(cast, card, 15, 4, "Fordi foråret kommer.")
    _cut(cast, card, 20, 2, "Fordi hun er rask.", later=1)
    assert _cuts() == [("stopped", "15", "30"), ("resting", "20", "30"), ("resting", "15", "20")]
    *_, before, after = law_letters()
    assert (body(before).reasons, body(after).reasons) == (
        ("Fordi hun er rask.",),
        ("Fordi foråret kommer.",),
    )


def test_a_later_cut_to_more_is_overtaken(app: Flask, cast: Cast, card: UUID):
    _cut(cast, card, 20, 4, "Fordi foråret kommer.")
    _cut(cast, card, 15, 2, "Fordi hun er rask.", later=1)
    assert _cuts() == [("stopped", "20", "30"), ("resting", "15", "30")]


def test_an_earlier_cut_stands_beside_a_later_one(app: Flask, cast: Cast, card: UUID):
    _cut(cast, card, 20, 2, "Fordi hun er rask.")
    _cut(cast, card, 15, 4, "Fordi foråret kommer.", later=1)
    assert _cuts() == [("resting", "20", "30"), ("resting", "15", "20")]


def test_what_is_decided_ahead_stands_where_less_is_decided(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID
):
    log_in(client, cast.asta).set_cookie("lang", "en", domain="localhost")
    path, ahead = f"/klippekort/{card}/mindre", local_day(NOW) + timedelta(weeks=2)
    assert "Decided already" not in client.get(path).text
    _cut(cast, card, 20, 2, "Fordi hun er rask.")
    page = client.get(path).text
    assert "Decided already" in page
    assert re.search(r"<li>From [^<]*: 20 minutes each time</li>", page)
    said = {"words": "Nej.", "heard": "yes", "minutes": "25", "from_on": ahead.isoformat()}
    refused = client.post(path, data={"key": str(new_id()), **said})
    assert refused.status_code == 422
    assert "decided already that the card gets 20 minutes" in refused.text


def test_a_stopped_letter_is_never_sent(app: Flask, cast: Cast, card: UUID):
    (letter,) = law_letters()
    with acting_for(HOME):
        execute(letters.stop, cast.karen, letter.id, now=NOW)
    work(RESTED, "send_letters")
    assert law_letters()[0].state == "stopped"
    with acting_for(HOME), pytest.raises(Stale):
        execute(letters.stop, cast.karen, letter.id, now=NOW)


def test_a_sent_letter_lies_in_the_folder_once_with_its_facts(
    app: Flask, cast: Cast, card: UUID, tmp_path: Path
):
    ended(cast, card)
    with folders(app, filing_folder=tmp_path):
        work(RESTED, "send_letters", "file_letters", "send_letters", "file_letters")
    laid = sorted(path.name for path in (tmp_path / "lindeby").iterdir())
    assert len(laid) == 4
    letter = next(one for one in law_letters() if one.kind == "end")
    assert letter.filing == "filed"
    place = tmp_path / str(letter.file_name)
    said = json.loads(place.with_suffix(".json").read_text())
    assert said["case"] == letter.case_ref
    assert said["date"] == local_day(NOW).isoformat()
    assert (said["kind"], said["complaint_guidance"]) == ("end", True)
    drawn = place.read_bytes()
    assert facts(drawn, tmp_path)["Tagged"] == "yes"
    assert smallest(drawn, tmp_path) >= 18
    assert "Åvej 7" in words(drawn, tmp_path)


def test_filing_that_fails_is_tried_again_and_shown(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID, tmp_path: Path
):
    (tmp_path / "lindeby").write_text("a file stands where the folder should")
    with folders(app, filing_folder=tmp_path):
        work(RESTED, "send_letters")
        with acting_for(HOME):
            from_now = RESTED
            for _try in range(10):
                assert jobs.file_letters(local_day(from_now), from_now).failed == 1
                from_now += timedelta(hours=2)
        (letter,) = law_letters()
        assert (letter.filing, letter.filing_attempts) == ("failed", 10)
        log_in(client, cast.karen)
        assert "FileExistsError" in client.get(f"/papirer/breve/{letter.id}").text
        (tmp_path / "lindeby").unlink()
        again = {"key": str(new_id())}
        assert client.post(f"/papirer/breve/{letter.id}/arkiver", data=again).status_code == 303
        work(clock.now(), "file_letters")
    assert law_letters()[0].filing == "filed"


class Post:
    """Digital Post that takes or refuses, and remembers the keys it saw."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.keys: list[str] = []

    def reaches(self, person_number: str) -> bool:
        return True

    def send(self, post: letter_post.Post) -> str:
        self.keys.append(post.key)
        if self.refuses:
            raise Refused("exempt")
        return "mine-1"


@pytest.mark.parametrize(("refuses", "how"), [(False, "digital_post"), (True, "paper")])
def test_digital_post_gets_it_where_it_reaches_else_paper(
    app: Flask, card: UUID, monkeypatch, *, refuses: bool, how: str
):
    post = Post(refuses=refuses)
    monkeypatch.setitem(app.extensions, "letter_post", post)
    work(RESTED, "send_letters", "send_letters")
    (letter,) = law_letters()
    assert (letter.how, len(post.keys)) == (how, 1)


def chooses(cast: Cast, channel: Channel) -> None:
    with acting_for(HOME):
        to = Recipient(CITIZEN, cast.ellen)
        execute(choose_channels, cast.karen, to, {Purpose.CHANGES: channel}, now=NOW)


def test_whoever_has_chosen_letters_gets_paper_though_digital_post_reaches_her(
    app: Flask, cast: Cast, card: UUID, monkeypatch: pytest.MonkeyPatch
):
    chooses(cast, Channel.LETTER)
    post = Post()
    monkeypatch.setitem(app.extensions, "letter_post", post)
    work(RESTED, "send_letters")
    assert (law_letters()[0].how, post.keys) == ("paper", [])


@pytest.mark.parametrize(
    ("channel", "how"), [(Channel.DIGITAL, "digital_post"), (None, "paper"), (Channel.SMS, "paper")]
)
def test_the_distribution_takes_letters_to_those_who_chose_digital_post(
    app: Flask, cast: Cast, card: UUID, tmp_path: Path, channel: Channel | None, how: str
):
    decide(cast.karen)
    if channel is not None:
        chooses(cast, channel)
    with sending(app, digital_post=DigitalPost(tmp_path)):
        work(RESTED, "send_letters")
    [letter] = law_letters()
    assert letter.how == how
    laid = [path.name for path in tmp_path.iterdir()]
    assert laid == ([f"{HOME}.{letter.id}.xml"] if how == "digital_post" else [])


def test_what_the_distribution_could_not_deliver_is_printed_and_filed_anew(
    app: Flask, cast: Cast, card: UUID, tmp_path: Path
):
    decide(cast.karen)
    chooses(cast, Channel.DIGITAL)
    post, files = tmp_path / "post", tmp_path / "files"
    places: dict[str, Any] = {"digital_post": DigitalPost(post), "filing_folder": files}
    with sending(app, **places):
        work(RESTED, "send_letters", "file_letters")
        (post / "receipts").mkdir()
        letter_id = str(law_letters()[0].id)
        receipt = {"messageUUID": letter_id, "receiptStatus": "INVALID", "errorCode": "exempt"}
        (post / "receipts" / f"{HOME}.{letter_id}.json").write_text(json.dumps(receipt))
        run(RESTED)
        work(RESTED, "file_letters")
    [letter] = law_letters()
    assert (letter.how, letter.pile_id, letter.filing) == ("paper", None, "filed")
    said = json.loads((files / str(letter.file_name)).with_suffix(".json").read_text())
    assert said["sent_by"] == "paper"


def test_letters_on_paper_are_printed_in_a_pile_once(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID
):
    work(RESTED, "send_letters")
    log_in(client, cast.karen)
    page = client.post("/papirer/breve/bunke", data={"key": str(new_id())})
    assert client.get(page.location).mimetype == "application/pdf"
    with acting_for(HOME):
        assert execute(letters.make_pile, cast.karen, now=RESTED) is None


def test_new_terms_are_looked_through_then_sent_and_can_be_taken_back(
    app: Flask, client: FlaskClient, cast: Cast
):
    scheme = a_scheme(LAWFUL, now=NOW)
    for citizen in (cast.ellen, cast.poul):
        a_card(cast, citizen, scheme_id=scheme, rate=None, now=NOW)
    ahead = local_day(NOW) + timedelta(days=30)
    less = replace(LAWFUL, allowance=replace(LAWFUL.allowance, minutes=15))
    with acting_for(HOME):
        execute(changes.keep_terms, cast.karen, scheme, less, now=NOW)
        execute(changes.set_first_day, cast.karen, scheme, ahead, OnChange.KEEP_TERMS, now=NOW)
        seen = changes.preview(cast.karen, scheme, local_day(NOW)).seen
        execute(changes.decide_change, cast.karen, scheme, seen, "Budget", now=NOW)
        batch = db.session.scalars(select(LetterBatch)).one()
        batch_id, told = batch.id, batches.told(batch)
        one = batches.letter_to(batch, told[0][0], now=NOW)
    assert len(told) == 2
    assert "15 minutter" in one.said[0]
    log_in(client, cast.karen)
    address = f"/papirer/breve/regler/{batch_id}"
    assert "Poul Østergaard" in client.get(address).text
    assert client.get(f"{address}/{told[0][0]}.pdf").mimetype == "application/pdf"
    sent = {"key": str(new_id()), "words": "Byrådet har ændret reglerne.", "count": "2"}
    assert client.post(address, data=sent).status_code == 303
    assert sum(one.kind == "change" and one.state == "resting" for one in law_letters()) == 2
    assert client.post(f"{address}/tilbage", data={"key": str(new_id())}).status_code == 303
    assert sum(one.kind == "change" and one.state == "stopped" for one in law_letters()) == 2
    stale = {**sent, "key": str(new_id()), "count": "1"}
    client.post(address, data=stale)
    assert not any(one.kind == "change" and one.state == "resting" for one in law_letters())


def test_a_municipality_says_it_in_its_own_words(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID
):
    client.set_cookie("lang", "en")
    log_in(client, cast.karen)
    said = {"key": str(new_id()), "text": "You may complain within {weeks} weeks.", "keep": "1"}
    assert client.post("/papirer/ord/complaint", data=said).status_code == 303
    assert body(ended(cast, card)).complaint == "You may complain within 4 weeks."
    wrong = {**said, "key": str(new_id()), "text": "{name.__class__}"}
    assert client.post("/papirer/ord/complaint", data=wrong).status_code == 422


def test_no_and_less_are_decided_on_their_pages(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID
):
    log_in(client, cast.asta)
    scheme = a_scheme(LAWFUL, name="Et andet", now=NOW)
    refusal = f"/borgere/{cast.poul}/klippekort/afslag"
    assert client.post(refusal, data={"key": str(new_id())}).status_code == 422
    said = {"scheme": str(scheme), "words": "Du kommer selv ud.", "heard": "yes"}
    told = client.post(refusal, data={"key": str(new_id()), **said})
    assert "Du kommer selv ud." in client.get(told.location).text
    less = {"words": "Du får mere hjælp.", "heard": "not_needed", "minutes": "15"}
    ahead = (local_day(NOW) + timedelta(days=14)).isoformat()
    too_soon = {**less, "key": str(new_id()), "from_on": local_day(NOW).isoformat()}
    address = f"/klippekort/{card}/mindre"
    assert client.post(address, data=too_soon).status_code == 422
    decided = client.post(address, data={**less, "key": str(new_id()), "from_on": ahead})
    assert decided.status_code == 303
    assert str(law_letters()[-1].id) in client.get(decided.location).text


def test_whoever_may_not_decide_sees_no_decisions(
    app: Flask, client: FlaskClient, cast: Cast, card: UUID
):
    (letter,) = law_letters()
    path = f"/papirer/breve/{letter.id}"
    log_in(client, cast.bo)
    assert client.get(path).status_code == 403
    log_in(client, cast.frida)
    assert client.get(path).status_code == 404
