"""Every form that real groups have, from set-up to a life of its own, pressed in a browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.groups.anonymity import Kept, may_keep
from klippekort.domain.groups.forms import FORMS, GroupForm
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.permissions import Actor, Role
from klippekort.groups import services
from klippekort.groups.forms import words
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import members_of
from klippekort.operations.demo import citizen_card
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.i18n import force_locale
from klippekort.platform.tenancy import acting_for
from tests.browser.steps import Hand, answer, da, heading, snap, told
from tests.cast import HOME

pytestmark = pytest.mark.browser

# Each form, and the neutral name its group goes by.
STORIES = {
    "conversation": "Mandagsstuen",
    "bereavement": "Onsdagsaften",
    "peers": "Ti uger",
    "self_help": "Birkestuen",
    "anonymous": "Den blå dør",
    "convener": "Havestuen",
    "leaderless": "Otte stole",
    "parish": "Præstegården",
    "cafe": "Åbent hus",
    "online": "Skærmen",
}
# One is pressed from its first page to its last; of the others what is alike is told at once.
PAGE_BY_PAGE = "bereavement"


class Story:
    """A group as it lives: what is pressed in the browser, and what is alike told at once."""

    def __init__(
        self, page: Page, app: Flask, staff: dict[Role, Actor], form: GroupForm, name: str
    ) -> None:
        self.page, self.hand, self.app, self.form = page, Hand(page), app, form
        self.name, self.karen = name, staff[Role.COORDINATOR]
        self.leaders = staff[Role.FACILITATOR].person_id, staff[Role.CARE_WORKER].person_id

    @property
    def id(self) -> UUID:
        """Return the group's id, from the address of its page."""
        return UUID(self.address.rsplit("/", 1)[1])

    @contextmanager
    def here(self) -> Iterator[None]:
        """Act in the town, beside the browser."""
        with self.app.app_context(), acting_for(HOME):
            yield

    def said(self, lazy: Any) -> str:
        """Return what the screen says for words that are translated late."""
        with self.app.app_context(), force_locale("da_DK"):
            return str(lazy)

    def do(self, service: Callable[..., Any], *args: Any, **said: Any) -> Any:
        """Let the coordinator do what was pressed once already."""
        with self.here():
            return execute(service, self.karen, *args, now=clock.now(), **said)

    def set_up(self) -> None:
        """Set the group up with what its form suggests."""
        self.page.goto(f"/grupper/ny/{self.form.code}")
        self.hand.write("What is the group called?", self.name)
        if self.form.is_online:
            self.hand.write("Link, if it meets on screen", "https://eksempel.dk/rum")
        else:
            place = self.page.get_by_label(re.compile(f"^{re.escape(da('Where does it meet?'))}"))
            place.select_option(index=1)
        self.hand.write("Day of the first meeting", str(clock.today() + timedelta(days=7)))
        self.hand.write("It begins at", "14:00")
        self.hand.press("Make the group")
        told(self.page, "The group is made.")
        heading(self.page, self.name)
        self.address = self.page.url
        main = self.page.get_by_role("main")
        expect(main).to_contain_text(self.said(words.ANONYMITY[self.form.anonymity]))
        expect(main.get_by_role("link", name="112")).to_be_visible()

    def is_led(self) -> None:
        """Let two lead it: one who has done it before, and one who is new."""
        if self.form.code == PAGE_BY_PAGE:
            self.hand.press("Change who leads it")
            person = self.page.get_by_label(da("Who leads it?"))
            person.select_option(value=f"v:{self.leaders[0]}")
            self.hand.choose("Has led a group before")
            self.hand.press("Let them lead it")
            told(self.page, "They lead the group now.")
        else:
            self.do(services.add_leader, self.id, volunteer_id=self.leaders[0])
        self.do(services.add_leader, self.id, care_worker_id=self.leaders[1])

    def fills(self) -> None:
        """Let one go into the group by its pages, and the others likewise."""
        if self.form.code == PAGE_BY_PAGE:
            self._stand_in_line()
        else:
            self._offered("Ruth")
            self.page.goto(f"{self.address}/venteliste")
        self.hand.press("They say yes")
        self.hand.choose("They have heard the ground rules and promise to keep them")
        self.hand.press("They are in the group")
        for number in range(1, self.form.smallest):
            self.do(services.answer, self._offered(f"Anna {number}"), says_yes=True)

    def _stand_in_line(self) -> None:
        self.page.goto(f"{self.address}/venteliste")
        self.hand.press("Somebody would like to join")
        self.hand.write("First name", "Ruth")
        self.hand.write("How do we reach them?", "20 99 00 31")
        self.hand.press("Save")
        self.hand.press("The talk before")
        self.hand.choose("The group suits them")
        self.hand.press("Save")
        self.hand.press("Offer the place")

    def _offered(self, name: str) -> UUID:
        """Let somebody stand in line, be talked with and be offered a place."""
        asked = services.Asked(f"Ring til {name}", "self", name)
        member_id = UUID(self.do(services.add_interest, self.id, asked))
        if self.form.pre_talk:
            self.do(services.note_talk, member_id, services.Talk(Outcome.FITS))
        self.do(services.offer, member_id)
        return member_id

    def begins_and_meets(self) -> None:
        """Begin, hold a meeting and say how it was, and three more likewise."""
        self.page.goto(self.address)
        self.hand.press("Begin the group")
        expect(self.page.get_by_role("main")).to_contain_text(da("Under way"))
        first, *others = self._let_weeks_pass()
        self.page.goto(f"/grupper/moeder/{first}/fremmoede")
        self._count()
        self.hand.choose("The members led the meeting themselves")
        self.hand.press("Save")
        if self.form.code == PAGE_BY_PAGE:
            self.hand.press("How was it?")
            self.hand.press("It was good for me")
        else:
            self.do(services.tap, first, "well")
        with self.here():
            came = frozenset(one.id for one in members_of(self.id))
        heads = self.form.smallest
        for meeting_id in others:
            held = services.Held(heads, came, members_led=True)
            self.do(services.hold_meeting, meeting_id, held)
            self.do(services.tap_many, meeting_id, {"well": 2})

    def _count(self) -> None:
        if may_keep(self.form.anonymity, Kept.ATTENDANCE):
            for box in self.page.locator('input[name="came"]').all():
                self.hand.tick(box)
        else:
            self.hand.write("How many came?", str(self.form.smallest))

    def _let_weeks_pass(self) -> list[UUID]:
        """Let the first four meetings have been, and return them."""

        def pass_() -> list[UUID]:
            rows = meetings_of(self.id)[:4]
            for number, row in enumerate(rows):
                lasts = row.ends_at - row.starts_at
                row.starts_at = clock.now() - timedelta(days=9 - 2 * number)
                row.ends_at = row.starts_at + lasts
            return [row.id for row in rows]

        with self.here():
            return list(execute(pass_))

    def lives_on(self) -> None:
        """Step back, settle what must be in place, and leave the group to itself."""
        self.page.goto(self.address)
        main = self.page.get_by_role("main")
        marks = main.get_by_role("heading", name=da("Milestones"))
        expect(marks).to_have_count(0)
        self.hand.press("Begin to step back")
        self.hand.press("Hand the group over")
        expect(main).not_to_contain_text(da("Not yet"))
        for task in Task:
            self.hand.tick(answer(self.page, self.said(words.TASKS[task])))
        self.hand.write("Whom do they call here?", "Karen, 20 99 00 00")
        self.hand.press("Save")
        self.page.goto(self.address)
        self.hand.press("Leave the group to itself")
        expect(main.get_by_role("heading", name=da("On its own, and not alone"))).to_be_visible()
        snap(self.page, f"group-{self.form.code}", "desktop")


def test_each_real_form_has_its_story() -> None:
    assert STORIES.keys() == FORMS.keys()


def test_groups_of_every_form_live_until_they_run_themselves(
    log_in_as: Callable[..., Page], demo_app: Flask, staff: dict[Role, Actor]
) -> None:
    page = log_in_as(Role.COORDINATOR, "desktop")
    for code, name in STORIES.items():
        story = Story(page, demo_app, staff, FORMS[code], name)
        story.set_up()
        story.is_led()
        story.fills()
        story.begins_and_meets()
        story.lives_on()


def test_gerda_leads_her_groups_from_a_telephone(log_in_as: Callable[..., Page]) -> None:
    gerda = log_in_as(Role.FACILITATOR, "phone")
    heading(gerda, "Groups")
    expect(gerda.get_by_role("main")).not_to_contain_text("Fredagscafeen")
    gerda.get_by_role("link", name="Torsdagsstuen", exact=True).click()
    hand = Hand(gerda)
    snap(gerda, "group-of-gerda", "phone")
    hand.press("What the group shares")
    hand.press("Open a page for the group")
    hand.press("See the page")
    expect(gerda.get_by_role("main")).to_contain_text("Gerda med det grønne tørklæde")
    snap(gerda, "group-guest-page", "phone")


def test_a_citizen_finds_her_group_behind_her_card(open_context: Callable[..., Any]) -> None:
    card = citizen_card()
    page: Page = open_context("phone").new_page()
    page.goto(f"/kort/{card.slug}/{card.token}")
    hand = Hand(page)
    hand.write("Your four-digit code", card.pin)
    hand.press("Open")
    page.goto(f"/kort/{card.slug}/{card.token}/grupper")
    heading(page, "My groups")
    expect(page.get_by_role("main")).to_contain_text("Torsdagsstuen")
    hand.press("Let them see it")
    told(page, "The change is saved.")
    snap(page, "own-groups", "phone")
