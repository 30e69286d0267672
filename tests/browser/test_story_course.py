"""A course: noticed at breakfast, talked with, matched, escorted twice, handed over, settled."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.courses.queries.counts import by_phase
from klippekort.domain.calendar import instant
from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip
from klippekort.trips.queries.offers import offers_for
from klippekort.trips.services.keeping import finish_trip
from tests.browser.steps import Hand, da, fact, heading, open_card, snap, told
from tests.cast import HOME

pytestmark = pytest.mark.browser


@dataclass
class Story:
    """The story's own clock, and what happens beside the pages."""

    app: Flask
    karen: Actor
    at: datetime
    home_at: datetime

    def liked(self) -> str:
        """Return the kind of activity that Ellen can go to most often."""
        with self.app.app_context(), acting_for(HOME):
            ellen = db.session.scalars(select(Citizen).filter_by(first_name="Ellen")).one()
            found = offers_for(get_municipality(HOME), ellen, self.at)
            kinds = Counter(one.occurrence.kind for one in found if one.refusal is None)
            return kinds.most_common(1)[0][0]

    def under_way(self) -> int:
        """Return how many courses are open in the town."""
        with self.app.app_context(), acting_for(HOME):
            return sum(by_phase().values())

    def goes(self, trip_id: UUID) -> None:
        """Let a trip be made as it was booked: out and home again in time."""
        with self.app.app_context(), acting_for(HOME):
            trip = db.session.scalars(select(Trip).filter_by(id=trip_id)).one()
            started, ended = trip.starts_at, trip.ends_at
            self.at = self.home_at = max(self.at, ended)
            execute(finish_trip, self.karen, trip_id, started_at=started, ended_at=ended, now=ended)

    def is_after(self, weeks: int) -> None:
        """Let it be so many weeks after the last trip."""
        self.at = self.home_at + timedelta(weeks=weeks)


@pytest.fixture
def story(demo_app: Flask, staff: dict[Role, Actor], monkeypatch: pytest.MonkeyPatch) -> Story:
    """Breakfast today, whatever the hour is: from here on time passes as the story tells."""
    breakfast = instant(clock.today(), time(8, 15))
    made = Story(demo_app, staff[Role.COORDINATOR], breakfast, breakfast)
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


def test_noticed_at_breakfast_and_settled_in_the_yearly_report(
    log_in_as: Callable[..., Page], story: Story
) -> None:
    notices_at_breakfast(log_in_as(Role.CARE_WORKER, "tablet"))
    karen = log_in_as(Role.COORDINATOR, "desktop")
    hand = Hand(karen)
    says_yes(hand)
    talk(hand, story.liked())
    for trip in choose_and_book(hand):
        story.goes(trip)
    hand = finds_the_course(log_in_as)
    expect(fact(hand.page, "Trips with an escort")).to_have_text("2")
    expect(hand.page.locator(".status").first).to_have_text(da("Goes with an escort"))
    hands_over(hand)
    for weeks in (2, 8):
        story.is_after(weeks)
        hand = finds_the_course(log_in_as)
        looks_after(hand, weeks)
    steps_to(hand, "Settled")
    snap(hand.page, "course-settled", "desktop")
    is_reported(hand, story.under_way())


def notices_at_breakfast(page: Page) -> None:
    """Let Anna note in thirty seconds what she saw, with Ellen's word."""
    open_card(page, "Ellen")
    hand = Hand(page)
    hand.press("I noticed something")
    hand.choose("Has stopped going out")
    hand.write("In your own words", "Savner sin strikkeklub")
    hand.choose("I have not asked")
    snap(page, "notice", "tablet")
    hand.press("Note it")
    expect(page).to_have_url(re.compile(r"/borgere/[^/]+$"))


def says_yes(hand: Hand) -> None:
    """Let Karen find the case in the queue, and Ellen say yes."""
    hand.turn_to("No one overlooked")
    hand.press("The queue")
    case = hand.page.get_by_role("article").filter(has_text="Ellen Sørensen")
    hand.tap(case.get_by_role("link", name=re.compile(f"^{da('See the case')}")))
    expect(hand.page.get_by_role("main")).to_contain_text("Savner sin strikkeklub")
    expect(fact(hand.page, "Owner")).to_have_text("Karen Kjær")
    snap(hand.page, "case", "desktop")
    hand.press("%(name)s says yes – begin with a talk", name="Ellen")


def talk(hand: Hand, kind: str) -> None:
    """Let Karen and Ellen talk; what was said leads to what could suit."""
    page = hand.page
    heading(page, "What do you like?")
    hand.tick(page.locator(f'input[name="interests"][value="{kind}"]'))
    for _ in range(4):
        hand.press("Go on")
    hand.write("What would make a good day?", "At komme ud og se nogen")
    hand.choose("Yes, let us find something")
    hand.press("The talk is done")
    heading(page, "What could suit %(name)s", name="Ellen")
    snap(page, "suggestions", "desktop")


def choose_and_book(hand: Hand) -> list[UUID]:
    """Let Ellen choose the first suggestion, and two trips be booked; return them."""
    page = hand.page
    hand.press("Choose this")
    heading(page, "The course of %(name)s", name="Ellen")
    hand.press("Book a trip")
    trips = [_book(hand)]
    hand.press("Book one more")
    return [*trips, _book(hand)]


def _book(hand: Hand) -> UUID:
    hand.press("Choose")
    hand.press("%(name)s says yes – book the trip", name="Ellen")
    heading(hand.page, "The trip is booked")
    found = re.search(r"/ture/([0-9a-f-]{36})/", hand.page.url)
    assert found
    return UUID(found[1])


def finds_the_course(log_in_as: Callable[..., Page]) -> Hand:
    """Let Karen come back another day, and find the course from the menu."""
    page = log_in_as(Role.COORDINATOR, "desktop")
    hand = Hand(page)
    hand.turn_to("No one overlooked")
    hand.press("Courses")
    hand.tap(page.get_by_role("link", name="Ellen Sørensen", exact=True))
    heading(page, "The course of %(name)s", name="Ellen")
    return hand


def steps_to(hand: Hand, phase: str) -> None:
    """Say that the course has come to a phase."""
    hand.press("What happens now?")
    hand.choose(phase)
    hand.press("Save")
    heading(hand.page, "The course of %(name)s", name="Ellen")
    expect(hand.page.locator(".status").first).to_have_text(da(phase))


def hands_over(hand: Hand) -> None:
    """Hand the course over to a volunteer."""
    hand.press("Hand over")
    hand.choose("To a volunteer")
    hand.pick("The volunteer", "Kaj Klausen")
    hand.press("Save")
    told(hand.page, "It is handed over. We look again in two weeks.")


def looks_after(hand: Hand, weeks: int) -> None:
    """Look how it goes some weeks after the hand-over: it goes well."""
    expect(hand.page.get_by_role("main")).to_contain_text(da("Look how it goes"))
    hand.press("Say how it goes after %(weeks)s weeks", weeks=weeks)
    hand.choose("It goes well: go on")
    hand.press("Save")
    heading(hand.page, "The course of %(name)s", name="Ellen")


def is_reported(hand: Hand, courses: int) -> None:
    """Find the figure she is part of among the guideposts, and in the report of the year."""
    figure = hand.page.get_by_role(
        "heading", level=3, name=f"{da('Courses under way')}: {courses}", exact=True
    )
    hand.turn_to("The five guideposts")
    expect(figure).to_be_visible()
    hand.press("Yearly reports")
    hand.press("Make the report")
    expect(figure).to_be_visible(timeout=30_000)
    expect(hand.page.get_by_role("link", name=da("Fetch as spreadsheet"))).to_be_visible()
    snap(hand.page, "yearly-report", "desktop")
