"""A week and a poster on paper: large, whole, and with a number to call."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from klippekort.activities.forms import ACCESS
from klippekort.platform import pdf
from klippekort.platform.assets import folder
from tests.integration.programme.arrange import (
    NOW,
    OPEN,
    TWO,
    a_date,
    a_picture,
    a_place,
    an_activity,
    an_offer,
)

WEEK = timedelta(weeks=1)
PICTURE = folder("static") / "icons" / "app-512.png"


def told_by(client: FlaskClient, address: str, folder: Path) -> tuple[str, int]:
    """Return the words of a PDF and the number of its pages."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    file = folder / "paper.pdf"
    file.write_bytes(answer.data)
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    facts = subprocess.run(["pdfinfo", file], capture_output=True, check=True).stdout.decode()
    assert "595.276 x 841.89 pts (A4)" in facts
    pages = next(line for line in facts.splitlines() if line.startswith("Pages:"))
    return words.stdout.decode(), int(pages.split()[1])


def test_a_week_on_paper_tells_what_where_when_and_whom_to_call(
    anybody: FlaskClient, tmp_path: Path
) -> None:
    an_offer()
    told, _ = told_by(anybody, f"{OPEN}/2026-W48.pdf", tmp_path)
    for words in (
        "Uge 48",
        "Tirsdag den 24. november",
        "Kortspil",
        "14.00–16.00",
        "Torvet 1",
        "Ingen trin",
        "35 kr.",
        "20 12 34 56",
        "1/1",
    ):
        assert words in told, words
    assert "I dag" not in told


def test_a_full_week_has_numbered_pages(anybody: FlaskClient, tmp_path: Path) -> None:
    place = a_place()
    for number in range(30):
        a_date(an_activity(f"Aktivitet {number}"), TWO + timedelta(hours=number), place=place)
    told, pages = told_by(anybody, f"{OPEN}/2026-W48.pdf", tmp_path)
    assert pages > 2
    assert f"{pages}/{pages}" in told


def test_what_is_cancelled_is_printed_as_cancelled(anybody: FlaskClient, tmp_path: Path) -> None:
    a_date(an_activity(), cancelled_at=NOW)
    assert "Aflyst" in told_by(anybody, f"{OPEN}/2026-W48.pdf", tmp_path)[0]


def test_letters_on_paper_are_eighteen_points(anybody: FlaskClient, tmp_path: Path) -> None:
    an_offer()
    file = tmp_path / "paper.pdf"
    file.write_bytes(anybody.get(f"{OPEN}/2026-W48.pdf").data)
    boxes = subprocess.run(
        ["pdftotext", "-bbox-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    tall = [
        float(line.split('yMax="')[1].split('"')[0]) - float(line.split('yMin="')[1].split('"')[0])
        for line in boxes.splitlines()
        if "<word" in line and ">Kortspil<" in line
    ]
    assert min(tall) >= 18


@pytest.mark.parametrize("week", ["2026-W47", "2027-W30", "2026-W54", "2027-W53", "uge48"])
def test_other_weeks_are_not_printed(anybody: FlaskClient, week: str) -> None:
    assert anybody.get(f"{OPEN}/{week}.pdf").status_code == 404


@pytest.mark.parametrize("title", ["Kortspil", "Kortspil og hygge for alle i kommunen " * 3])
@pytest.mark.parametrize("has_picture", [False, True])
@pytest.mark.parametrize("shift", [timedelta(), timedelta(minutes=15)])
def test_a_poster_is_one_sheet_whatever_stands_on_it(
    anybody: FlaskClient, tmp_path: Path, title: str, has_picture: bool, shift: timedelta
) -> None:
    activity_id = an_activity(title[:120].strip(), description="flere ord " * 99, bring="ord " * 49)
    place = a_place("Det store medborgerhus ved torvet", access=list(ACCESS))
    if has_picture:
        a_picture(activity_id, drawn=PICTURE.read_bytes(), media_type="image/png")
    for number in range(9):
        a_date(activity_id, TWO + number * (WEEK + shift), place=place)
    told, pages = told_by(anybody, f"{OPEN}/aktivitet/{activity_id}/plakat.pdf", tmp_path)
    assert pages == 1
    for words in ("Tirsdag den 24. november", "Det store medborgerhus", "20 12 34 56", "35 kr."):
        assert words in told, words


def test_a_short_poster_fills_its_sheet_and_no_more(anybody: FlaskClient, tmp_path: Path) -> None:
    activity_id = an_activity("Højskoleeftermiddag", description="flere ord " * 15)
    place = a_place("Det store medborgerhus ved torvet", access=list(ACCESS))
    for number in range(4):
        a_date(activity_id, TWO + number * (WEEK + timedelta(minutes=15)), place=place)
    assert told_by(anybody, f"{OPEN}/aktivitet/{activity_id}/plakat.pdf", tmp_path)[1] == 1


def test_a_poster_needs_a_date(anybody: FlaskClient) -> None:
    activity_id = an_activity()
    a_date(activity_id, cancelled_at=NOW)
    assert anybody.get(f"{OPEN}/aktivitet/{activity_id}/plakat.pdf").status_code == 404


@pytest.mark.parametrize("page", ["2026-W48.pdf", "aktivitet/%s/plakat.pdf"])
def test_a_machine_that_cannot_draw_leads_to_the_page(
    anybody: FlaskClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity_id = an_offer("Uden papir")

    def refuse(_html: str, *, zoom: float) -> bytes:
        raise pdf.PdfUnavailable

    monkeypatch.setattr(pdf, "render", refuse)
    address = page % activity_id if "%" in page else page
    answer = anybody.get(f"{OPEN}/{address}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(OPEN)


def test_a_poster_comes_on_a_large_sheet_too(anybody: FlaskClient, tmp_path: Path) -> None:
    activity_id = an_activity("Kortspil")
    a_date(activity_id, TWO)
    file = tmp_path / "large.pdf"
    file.write_bytes(anybody.get(f"{OPEN}/aktivitet/{activity_id}/plakat.pdf?papir=a3").data)
    facts = subprocess.run(["pdfinfo", file], capture_output=True, check=True).stdout.decode()
    assert "(A3)" in facts
    assert "Pages:           1" in facts
