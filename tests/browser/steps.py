"""What a person does and sees on a page, named by the program's own English words."""

import os
import re
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from babel.support import Translations
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local
from klippekort.platform import clock
from klippekort.platform.catalogues import FOLDER, compile_stale
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchLot
from tests.cast import HOME

compile_stale()
_danish = Translations.load(FOLDER, ["da"])


def da(english: str, **values: object) -> str:
    """Return what the screen says in Danish for a text of the program."""
    said = str(_danish.ugettext(english))
    return said % values if values else said


class Hand:
    """A finger on a page: what it presses, and how many taps that took."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap once, and wait for the page it may lead to."""
        self.taps += 1
        target.click()
        self.page.wait_for_load_state()

    def press(self, english: str, **values: object) -> None:
        """Tap the first button or link of the page itself that begins with this."""
        self.tap(control(self.page.get_by_role("main"), da(english, **values)))

    def turn_to(self, english: str) -> None:
        """Tap a line of the menu."""
        menu = self.page.get_by_role("navigation", name=da("Main menu"))
        self.tap(menu.get_by_role("link", name=da(english), exact=True))

    def choose(self, english: str, **values: object) -> None:
        """Tap a chip, a radio or a tick box that says this."""
        self.tick(answer(self.page, da(english, **values)))

    def tick(self, box: Locator) -> None:
        """Tap a chip, a radio or a tick box: its words lie over it, and either will do."""
        self.taps += 1
        box.click(force=True)
        expect(box).to_be_checked()

    def write(self, english: str, text: str) -> None:
        """Type in the field of that name, over what stands there."""
        self.page.get_by_label(re.compile(rf"^{re.escape(da(english))}( \(|$)")).fill(text)

    def pick(self, english: str, label: str) -> None:
        """Choose a line in the list of that name."""
        self.page.get_by_label(re.compile(rf"^{re.escape(da(english))}( \(|$)")).select_option(
            label=label
        )


def _whole(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}\s*$")


def answer(place: Page | Locator, words: str) -> Locator:
    """Return the chip, radio or tick box that says this."""
    radio = place.get_by_role("radio", name=words, exact=True)
    return radio.or_(place.get_by_role("checkbox", name=words, exact=True)).first


def control(place: Page | Locator, words: str) -> Locator:
    """Return the first button or link whose name begins with these words."""
    name = re.compile(rf"^{re.escape(words)}")
    return place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name)).first


def fact(page: Page, english: str) -> Locator:
    """Return the value that stands beside a label."""
    label = page.locator("dt").filter(has_text=_whole(da(english)))
    return page.locator("dl.facts > div").filter(has=label).locator("dd").first


def heading(page: Page, english: str, **values: object) -> None:
    """Wait for the page of that name."""
    expect(page.get_by_role("heading", level=1)).to_have_text(da(english, **values))


def told(page: Page, english: str, **values: object) -> None:
    """Wait for a message at the top of the page."""
    expect(page.locator(".flashes")).to_contain_text(da(english, **values))


def snap(page: Page, name: str, size: str) -> None:
    """Keep a picture of the whole page in the folder KLIPPEKORT_SHOTS, if that is set."""
    folder = os.environ.get("KLIPPEKORT_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}-{size}.png", full_page=True)


def open_card(page: Page, first_name: str) -> None:
    """Go to a citizen's page by two letters of the name."""
    page.goto(f"/borgere?q={first_name[:2]}")
    page.get_by_role("link", name=re.compile(rf"^{first_name} ")).first.click()


def stranger_of(app: Flask, own: UUID | None) -> str:
    """Return the name of somebody with a card who lives in another district than one's own."""
    with app.app_context(), acting_for(HOME):
        found = db.session.scalars(
            select(Citizen)
            .join(PunchCard, PunchCard.citizen_id == Citizen.id)
            .where(Citizen.district_id != own, PunchCard.closed_on.is_(None))
            .order_by(Citizen.id)
            .limit(1)
        ).one()
        return str(found.name)


def minutes(app: Flask) -> dict[str, tuple[int, int, int, int]]:
    """Return what each lot of the town was given, holds, has spent and has lost."""
    with app.app_context(), acting_for(HOME):
        lots = db.session.scalars(select(PunchLot)).all()
        return {str(lot.id): (lot.granted, lot.held, lot.used, lot.expired) for lot in lots}


def held(app: Flask) -> int:
    """Return all the minutes that are set aside for trips in the town."""
    return sum(lot[1] for lot in minutes(app).values())


def used(app: Flask) -> int:
    """Return all the minutes that the town's trips have spent."""
    return sum(lot[2] for lot in minutes(app).values())


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what the browser does by itself to show at the server."""
    patience = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < patience, "it did not come to hold"
        page.wait_for_timeout(50)


def wait_past_midnight(page: Page) -> None:
    """Let the first two minutes of a day pass: a trip cannot have ended today before it began."""
    page.wait_for_function(
        "() => { const t = new Date(); return t.getHours() * 60 + t.getMinutes() > 1; }",
        timeout=150_000,
        polling=1000,
    )


def real_times() -> tuple[str, str]:
    """Return a trip that has just ended as the clock shows it: today, at most half an hour."""
    now = local(clock.now())
    start = max(now - timedelta(minutes=30), now.replace(hour=0, minute=0))
    return f"{start:%H:%M}", f"{now:%H:%M}"


def meet_the_rules(hand: Hand, *, no: Sequence[str] = ()) -> None:
    """Answer what a scheme asks when a card is given: yes to every fact but those, which are no,
    the first way it may come, and of what is open that the person may have it, unapproved.
    """
    against = [da(words) for words in no]
    for fact in hand.page.locator("fieldset[id^='fact_']").all():
        is_no = any(words in fact.inner_text().lower() for words in against)
        hand.tick(fact.locator(f"input[value={'no' if is_no else 'yes'}]"))
    for way in hand.page.locator("fieldset[id='way']").all():
        hand.tick(way.locator("input").first)
    left_open = hand.page.locator("fieldset[id^='grants__']").all()
    for rule in left_open:
        is_who = "eligibility" in str(rule.get_attribute("id"))
        hand.tick(rule.locator(f"input[value={'yes' if is_who else 'no'}]"))
    if left_open:
        hand.write("Why do you decide so?", "Det har vi talt om.")
