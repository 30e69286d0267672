"""Week letters: for those who chose paper, two pages each, never twice, and through a crash."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.errors import NotFound, Stale
from klippekort.messages.queries.people import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_language
from klippekort.municipalities.services import change_contact
from klippekort.papers import jobs
from klippekort.papers.forms.week_letter import pile_html
from klippekort.papers.queries import weeks as queries
from klippekort.papers.services import weeks
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _, speaking_to
from klippekort.platform.ids import new_id
from klippekort.platform.languages import LANGUAGES
from klippekort.platform.pdf_merge import merge
from klippekort.platform.tenancy import acting_for
from klippekort.waiting.queries.offers import offers_of
from tests.cast import HOME, Cast
from tests.integration.papers.reading import (
    beside_the_paper,
    facts,
    printed_over,
    smallest,
    words,
)
from tests.login import log_in
from tests.papers_site import a_busy_week, long_words, reads_on_paper, week_after

NOW = clock.now()
ADDRESS = "Lindeby Kommune\nFællesskab og omsorg\nTorvet 1\n4681 Lindeby"
LONG_ADDRESS = "\n".join(["Center for Fællesskab og Omsorg"] * 3 + ["Torvet 1", "4681 Lindeby"])
LONG_HOURS = "mandag til torsdag kl. 8-15, fredag kl. 8-13, og i juli kun mandag kl. 9-12 "
HARD_TOLD = ("+4520123456", LONG_HOURS.strip(), "")
TOLD = ("+4520123456", "mandag til torsdag kl. 8-15 og fredag kl. 8-13", "")


def begun(cast: Cast, *citizens: UUID) -> UUID:
    for citizen_id in citizens:
        reads_on_paper(cast.karen, citizen_id, NOW)
    with acting_for(HOME):
        return UUID(execute(weeks.begin, cast.karen, week_after(NOW), now=NOW))


def test_a_full_letter_is_two_large_tagged_pages(app: Flask, cast: Cast, tmp_path: Path):
    a_busy_week(cast, NOW, trips=3, offers=2)
    run = begun(cast, cast.ellen)
    with acting_for(HOME):
        execute(change_contact, cast.ada, *TOLD, ADDRESS, now=NOW)
        assert jobs.make_letters(run) == 1
        drawn = merge(queries.parts_of(run))
    said = facts(drawn, tmp_path)
    assert (said["Pages"], said["Tagged"]) == ("2", "yes")
    assert smallest(drawn, tmp_path) >= 18
    text = words(drawn, tmp_path)
    assert text.startswith("Lindeby ")  # whom it is from
    for wanted in ("Åvej 7", "klip", "Kortspil", "Banko", "Bo Berg", "Koncert", "20 12 34 56"):
        assert wanted in text
    assert "Fællesskab og omsorg, Torvet 1, 4681 Lindeby" in text


@pytest.mark.parametrize("address", [ADDRESS, LONG_ADDRESS], ids=["usual", "long"])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_full_letter_is_one_sheet_in_the_language_its_reader_chose(
    app: Flask, cast: Cast, tmp_path: Path, language: str, address: str
):
    a_busy_week(cast, NOW, trips=3, offers=2)
    run = begun(cast, cast.ellen)
    with acting_for(HOME):
        execute(change_contact, cast.ada, *TOLD, address, now=NOW)
        to = Recipient(CITIZEN, cast.ellen)
        execute(choose_language, cast.karen, to, language, now=NOW)
        jobs.make_letters(run)
        drawn = merge(queries.parts_of(run))
        with speaking_to(language):
            wanted = str(_("Ring me"))
    assert facts(drawn, tmp_path)["Pages"] == "2"
    assert printed_over(drawn, tmp_path) == []
    if LANGUAGES[language].direction == "ltr":  # a reader of text turns what runs the other way
        assert wanted in words(drawn, tmp_path)


@pytest.mark.parametrize("offers", [0, 1, 2, 3])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_however_long_its_words_are_a_letter_is_one_sheet(
    app: Flask, cast: Cast, tmp_path: Path, language: str, offers: int
):
    a_busy_week(cast, NOW, trips=3, offers=offers)
    long_words(cast)
    run = begun(cast, cast.ellen)
    with acting_for(HOME):
        execute(change_contact, cast.ada, *HARD_TOLD, LONG_ADDRESS, now=NOW)
        execute(choose_language, cast.karen, Recipient(CITIZEN, cast.ellen), language, now=NOW)
        jobs.make_letters(run)
        drawn = merge(queries.parts_of(run))
    assert facts(drawn, tmp_path)["Pages"] == "2"
    assert printed_over(drawn, tmp_path) == []
    assert beside_the_paper(drawn, tmp_path) == []
    assert "6950 Ringkøbing" in words(drawn, tmp_path)


def test_what_is_not_on_the_paper_has_no_box_on_the_slip(app: Flask, cast: Cast, tmp_path: Path):
    a_busy_week(cast, NOW, trips=3, offers=3)
    long_words(cast)
    with acting_for(HOME):
        execute(change_contact, cast.ada, *HARD_TOLD, LONG_ADDRESS, now=NOW)
        html, [(_citizen, slip)] = pile_html([cast.ellen], week_after(NOW), now=NOW)
    boxes = {box["box"] for box in slip.boxes}
    for name in "ABC":
        assert (f">{name}<" in html.replace("</span>", ">")) is (f"{name}-yes" in boxes), name
    assert not {"C-yes"} & boxes
    assert {"wish", "ring"} <= boxes


def test_an_offer_says_its_own_deadline_as_her_page_does(app: Flask, cast: Cast):
    a_busy_week(cast, NOW, trips=0, offers=1)
    with acting_for(HOME):
        (offer,) = offers_of(cast.ellen)
        html, _told = pile_html([cast.ellen], week_after(NOW), now=NOW)
        with speaking_to("da"):
            assert moment(offer.offer.answer_by) in html


def test_an_offer_that_the_post_brings_too_late_is_not_in_the_letter(app: Flask, cast: Cast):
    a_busy_week(cast, NOW, trips=0, offers=1)
    with acting_for(HOME):
        (offer,) = offers_of(cast.ellen)
        late = offer.offer.answer_by - timedelta(days=2)
        html, [(_citizen, slip)] = pile_html([cast.ellen], week_after(NOW), now=late)
    assert "Koncert" not in html
    assert not any(box["box"].startswith("A") for box in slip.boxes)


def test_punches_keep_their_order_among_arabic_words(app: Flask, cast: Cast):
    a_busy_week(cast, NOW, trips=1, offers=0)
    with acting_for(HOME):
        execute(choose_language, cast.karen, Recipient(CITIZEN, cast.ellen), "ar", now=NOW)
        html, _told = pile_html([cast.ellen], week_after(NOW), now=NOW)
    much = html.split('week-much">')[1].split("<")[0]
    assert re.search("\u2066\\d+ klip\u2069", much)
    assert "\u2068Kortspil\u2069" in html


def test_only_those_who_chose_paper_get_one_and_only_once(app: Flask, cast: Cast):
    run = begun(cast, cast.ellen)
    with acting_for(HOME):
        jobs.make_letters(run)
        assert list(queries.citizens_of(run)) == [cast.ellen]
        with pytest.raises(weeks.NobodyReads):
            execute(weeks.begin, cast.karen, week_after(NOW), now=NOW)


def test_a_piece_is_kept_by_the_worker_that_has_the_pile_alone(app: Flask, cast: Cast):
    run, first, second = begun(cast, cast.ellen, cast.poul), new_id(), new_id()
    with acting_for(HOME):
        _html, told = pile_html([cast.ellen], week_after(NOW), now=NOW)
        execute(weeks.claim, run, first, now=NOW)
        assert not execute(weeks.claim, run, second, now=NOW)
        later = NOW + weeks.LEASE + timedelta(seconds=1)
        assert execute(weeks.claim, run, second, now=later)
        with pytest.raises(Stale):
            execute(weeks.keep_part, run, first, told, b"", now=later)
        execute(weeks.keep_part, run, second, told, b"%PDF", now=later)
        with pytest.raises(Stale):
            execute(weeks.keep_part, run, second, told, b"%PDF", now=later)


def test_a_pile_goes_on_where_a_worker_fell(app: Flask, cast: Cast, monkeypatch, tmp_path: Path):
    run = begun(cast, cast.ellen, cast.poul)
    monkeypatch.setattr(jobs, "A_PART", 1)
    with acting_for(HOME):
        assert jobs.make_letters(run, longest=0) == 1
        assert queries.get_run(run).done == 1
        assert jobs.make_letters(run) == 1
        assert queries.get_run(run).state == "done"
        text = words(merge(queries.parts_of(run)), tmp_path)
    assert text.count("Ellen Sørensen") == text.count("Poul Østergaard") == 2


def test_old_piles_are_let_go_of(app: Flask, cast: Cast):
    run = begun(cast, cast.ellen)
    with acting_for(HOME):
        jobs.make_letters(run)
        jobs.forget_piles(NOW.date(), NOW + weeks.KEPT + timedelta(days=1))
        with pytest.raises(NotFound):
            queries.parts_of(run)


def test_the_pile_is_made_and_printed_from_its_page(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch
):
    reads_on_paper(cast.karen, cast.ellen, NOW)
    log_in(client, cast.karen)
    started: list[UUID] = []
    monkeypatch.setattr(
        "klippekort.papers.views.weeks.start_run", lambda _app, _home, run: started.append(run)
    )
    page = client.post("/papirer/ugebreve", data={"key": str(new_id())})
    assert page.status_code == 303
    assert "<progress" in client.get(page.location).text
    with acting_for(HOME):
        jobs.make_letters(started[0])
    assert client.get(f"/papirer/ugebreve/{started[0]}.pdf").mimetype == "application/pdf"
    sample = client.get(f"/borgere/{cast.ellen}/ugebrev.pdf")
    assert sample.mimetype == "application/pdf"
