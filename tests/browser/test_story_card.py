"""The card is given, and fills by itself."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from klippekort.citizens.models import Absence, Citizen
from klippekort.domain.permissions import Role
from klippekort.operations.startup import jobs_of
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.job_runner import run_due
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry
from tests.browser.steps import Hand, da, heading, meet_the_rules, minutes, snap, told
from tests.cast import HOME

pytestmark = pytest.mark.browser


def _without_card(app: Flask) -> str:
    with app.app_context(), acting_for(HOME):
        held, away = select(PunchCard.citizen_id), select(Absence.citizen_id)
        waiting = select(Citizen).where(Citizen.id.not_in(held), Citizen.id.not_in(away))
        return str(db.session.scalars(waiting.order_by(Citizen.id).limit(1)).one().name)


def test_an_assessor_gives_a_card_and_sees_what_is_on_it(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    name = _without_card(demo_app)
    first = name.split()[0]
    page = log_in_as(Role.ASSESSOR, "desktop")
    hand = Hand(page)
    hand.write("Name", name)
    hand.press("Find")
    page.get_by_role("link", name=name).first.click()
    snap(page, "facts", "desktop")
    hand.press("Punch card")
    hand.press("Give a punch card")
    page.get_by_role("main").get_by_role("link", name="Samværskort").click()
    meet_the_rules(hand)
    snap(page, "grant", "desktop")
    hand.press("Give the card")
    told(page, "%(name)s has %(card)s now", name=first, card="samværskort")
    expect(page.locator(".left-many")).to_have_text("1 klip")
    snap(page, "granted", "desktop")
    hand.press("Statement")
    heading(page, "Statement for %(name)s", name=name)
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("30 minutter")
    snap(page, "statement-new", "desktop")


def test_all_movements_stand_on_the_statement(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    with demo_app.app_context(), acting_for(HOME):
        named = {"first_name": "Ellen", "last_name": "Sørensen"}
        ellen = db.session.scalars(select(Citizen).filter_by(**named)).one()
        card = db.session.scalars(select(PunchCard).filter_by(citizen_id=ellen.id)).one()
        entries = db.session.scalars(select(PunchEntry.id).filter_by(card_id=card.id))
        movements = len(entries.all())
    assert movements > 10
    page = log_in_as(Role.ASSESSOR, "desktop")
    hand = Hand(page)
    hand.write("Name", "Ellen Sørensen")
    hand.press("Find")
    page.get_by_role("link", name="Ellen Sørensen").click()
    hand.press("Punch card")
    hand.press("Statement")
    expect(page.locator("tbody tr")).to_have_count(min(movements, 50))
    snap(page, "statement", "desktop")


def test_the_worker_run_twice_changes_nothing_more(demo_app: Flask) -> None:
    jobs, now = jobs_of(demo_app), clock.now()
    run_due(demo_app, jobs, now, "test")
    once = minutes(demo_app)
    again = run_due(demo_app, jobs, now, "test")
    assert (again, minutes(demo_app)) == ([], once)


def test_the_status_page_says_that_every_job_is_done(
    log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    run_due(demo_app, jobs_of(demo_app), clock.now(), "test")
    page = log_in_as(Role.ADMINISTRATOR, "desktop")
    page.goto("/drift/jobs")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(jobs_of(demo_app)))
    expect(rows.filter(has_text=re.compile(da("Something failed")))).to_have_count(0)
    expect(rows.filter(has=page.locator(".status-good"))).to_have_count(len(jobs_of(demo_app)))
    snap(page, "jobs", "desktop")
