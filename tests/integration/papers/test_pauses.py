"""Letters that a card rests and runs again: where the terms ask, with reasons, once, filed."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from klippekort.citizens.services.absences import drop_absence, end_absence, record_absence
from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import Law, Letter, Pause, Pauses
from klippekort.papers import jobs
from klippekort.papers.services import letters
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.builders import a_card
from tests.cast import HOME, Cast
from tests.papers_site import LAWFUL, folders, law_letters, work

NOW = clock.now()
TODAY = local_day(NOW)
RESTED = NOW + timedelta(minutes=6)
SILENT = Pause(accrues=False, usable=False, extends_expiry=True, from_day=3)
RESTING = replace(LAWFUL, pauses=Pauses(hospital=SILENT, any=LAWFUL.pauses.any))


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, which rests from the third day in hospital, and at no other time."""
    return a_card(cast, cast.ellen, 120, terms=RESTING, rate=None, now=NOW)


def away(cast: Cast, kind: str, until_on: date | None = None) -> UUID:
    with acting_for(HOME):
        return UUID(execute(record_absence, cast.karen, cast.ellen, kind, TODAY, until_on, now=NOW))


def home(cast: Cast, absence_id: UUID, last: date) -> None:
    with acting_for(HOME):
        execute(end_absence, cast.karen, cast.ellen, absence_id, last, now=NOW)


def of_kind(kind: str) -> list[Any]:
    return [one for one in law_letters() if one.kind == kind]


def body(letter: Any) -> Any:
    with acting_for(HOME):
        return letters.body_of(letter)


def test_a_card_that_rests_is_told_of_with_reasons_law_and_complaint(
    app: Flask, cast: Cast, card: UUID
):
    away(cast, "hospital")
    [letter] = of_kind("pause")
    said = body(letter)
    assert (letter.is_decision, letter.can_complain, bool(said.reasons)) == (True, True, True)
    assert "serviceloven § 83" in said.law
    assert "Ankestyrelsen" in said.complaint
    assert letter.card_id == card


def test_an_absence_in_which_the_card_runs_on_writes_nothing(app: Flask, cast: Cast, card: UUID):
    away(cast, "holiday")
    assert of_kind("pause") == []


def test_one_that_is_over_before_the_card_rests_writes_nothing(app: Flask, cast: Cast, card: UUID):
    away(cast, "hospital", TODAY + timedelta(days=1))
    assert of_kind("pause") == []


def test_home_again_is_told_once_and_another_day_takes_its_place(
    app: Flask, cast: Cast, card: UUID
):
    absence = away(cast, "hospital")
    for last in (10, 12, 12):
        home(cast, absence, TODAY + timedelta(days=last))
    stopped, sent = of_kind("resume")
    assert (stopped.state, sent.state) == ("stopped", "resting")
    assert body(sent).reasons
    assert not sent.can_complain


def test_home_before_it_began_to_rest_takes_the_letter_back(app: Flask, cast: Cast, card: UUID):
    absence = away(cast, "hospital")
    home(cast, absence, TODAY)
    assert [one.state for one in of_kind("pause")] == ["stopped"]
    assert of_kind("resume") == []


def never_was(cast: Cast, absence_id: UUID) -> None:
    with acting_for(HOME):
        execute(drop_absence, cast.karen, cast.ellen, absence_id, now=NOW)


def test_an_absence_that_never_was_takes_the_letter_back(app: Flask, cast: Cast, card: UUID):
    never_was(cast, away(cast, "hospital"))
    assert [one.state for one in of_kind("pause")] == ["stopped"]
    assert of_kind("resume") == []


def test_whoever_was_told_that_it_rests_is_told_that_it_does_not(
    app: Flask, cast: Cast, card: UUID, tmp_path: Path
):
    absence = away(cast, "hospital")
    with folders(app, filing_folder=tmp_path):
        work(RESTED, "send_letters", "file_letters")
    never_was(cast, absence)
    assert [one.state for one in of_kind("resume")] == ["resting"]


def test_an_end_that_was_known_ahead_is_told_when_the_day_has_come(
    app: Flask, cast: Cast, card: UUID
):
    last = TODAY + timedelta(days=9)
    away(cast, "hospital", last)
    assert of_kind("resume") == []
    back = NOW + timedelta(days=10)
    with acting_for(HOME):
        for _twice in range(2):
            jobs.tell_resumed(local_day(back), back)
    assert len(of_kind("resume")) == 1


def test_it_is_sent_and_filed_as_the_others_are(app: Flask, cast: Cast, card: UUID, tmp_path: Path):
    away(cast, "hospital")
    with folders(app, filing_folder=tmp_path):
        work(RESTED, "send_letters", "file_letters")
    [letter] = of_kind("pause")
    assert (letter.state, letter.filing) == ("sent", "filed")
    said = json.loads((tmp_path / str(letter.file_name)).with_suffix(".json").read_text())
    assert (said["kind"], said["decision"]) == ("pause", True)


def test_terms_that_ask_for_no_such_letter_get_none(app: Flask, cast: Cast):
    quiet = replace(RESTING, law=Law("serviceloven § 83", True, letters=(Letter.DECISION,)))
    a_card(cast, cast.ellen, 120, terms=quiet, rate=None, now=NOW)
    away(cast, "hospital")
    assert of_kind("pause") == []
