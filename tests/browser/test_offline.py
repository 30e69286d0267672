"""The tablet without a network: what is kept, what waits, and what is never done twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.tablet.views import shell
from tests.browser.offline import (
    SEND,
    Unreliable,
    bar,
    become,
    colleague,
    cut,
    hand_over,
    is_kept,
    kept_paths,
    mend,
    nothing_waits,
    put_in,
    queued,
    release,
    sealed,
    start,
    start_button,
    started_at,
    state,
    static_names,
    told,
    trip_of,
    waits,
)
from tests.browser.steps import Hand, da, heading, real_times, until, wait_past_midnight
from tests.live import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def wire(demo_app: Flask, site: LiveServer) -> Unreliable:
    """The way to the server, which can lose answers."""
    return Unreliable(demo_app)


@pytest.fixture
def anna(wire: Unreliable, log_in_as: Callable[..., Page]) -> Page:
    """The care worker at Today, with her day on the tablet."""
    page = log_in_as(Role.CARE_WORKER, "tablet")
    is_kept(page)
    return page


def _finish(page: Page) -> None:
    started, ended = real_times()
    hand = Hand(page)
    hand.write("Left home at", started)
    hand.write("Home again at", ended)
    hand.press("Finish the trip")


# ---- reading -----------------------------------------------------------------------------------
def test_the_day_can_be_read_after_only_today_was_opened(anna: Page) -> None:
    cut(anna)
    name = anna.locator(".visit-who").first.inner_text()
    anna.get_by_role("link", name=re.compile(f"^{da('Card')}")).first.click()
    expect(anna.get_by_role("heading", level=1)).to_have_text(name)
    expect(anna.locator(".punch-card, .left").first).to_be_visible()
    Hand(anna).press("Book a trip")
    expect(anna.locator("article.offer").first).to_be_visible()
    anna.goto("/i-dag")
    Hand(anna).press("See the trip")
    expect(anna.locator("ol.history > li").first).to_be_visible()
    expect(bar(anna)).to_contain_text(da("No network. What you do is kept, and sent later."))


def test_a_trip_can_be_booked_from_a_kept_page(anna: Page) -> None:
    cut(anna)
    anna.get_by_role("link", name=re.compile(f"^{da('Card')}")).first.click()
    Hand(anna).press("Book a trip")
    Hand(anna).press("Choose")
    anna.locator("form[data-intent=book] button.button-main").click()
    expect(queued(anna, "Queued: book the trip")).to_be_visible()
    mend(anna)
    nothing_waits(anna)


def test_what_is_not_kept_says_so(anna: Page) -> None:
    cut(anna)
    anna.goto("/aktiviteter")
    heading(anna, "There is no network")
    Hand(anna).press("Go to today")
    expect(anna.locator("article.visit").first).to_be_visible()


def test_after_the_shift_nothing_is_left(anna: Page) -> None:
    anna.evaluate(
        """async () => outbox.note(
          'shift', { ...(await outbox.fact('shift')), until: Date.now() - 1 })"""
    )
    cut(anna)
    anna.goto("/i-dag")
    heading(anna, "There is no network")
    assert kept_paths(anna) == []


def test_no_other_role_has_anything_kept(log_in_as: Callable[..., Page]) -> None:
    page = log_in_as(Role.COORDINATOR, "tablet")
    expect(page.locator("#tablet[data-state=nobody]")).to_be_attached()
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((r) => r.length)") == 0
    assert kept_paths(page) == []


def test_a_tablet_turned_to_a_citizen_keeps_nothing_of_the_others(anna: Page) -> None:
    anna.get_by_role("link", name=re.compile(f"^{da('Card')}")).first.click()
    anna.locator("form[action$='/vis'] button").click()
    expect(anna.locator("html[data-forgotten]")).to_be_attached()
    assert kept_paths(anna) == []


# ---- doing -------------------------------------------------------------------------------------
def test_offline_in_the_middle_of_a_form(anna: Page, demo_app: Flask, wire: Unreliable) -> None:
    wait_past_midnight(anna)
    trip_id = trip_of(anna)
    start(anna, trip_id)
    anna.locator(f'a[href="/ture/{trip_id}/afslut"]').first.click()
    anna.wait_for_url(f"**/ture/{trip_id}/afslut")
    heading_text = anna.get_by_role("heading", level=1).inner_text()
    cut(anna)
    _finish(anna)
    expect(queued(anna, "Queued: finish {time}")).to_be_visible()
    waits(anna, 1)
    assert state(demo_app, trip_id) == "under_way"
    anna.reload()
    expect(anna.get_by_role("heading", level=1)).to_have_text(heading_text)
    expect(queued(anna, "Queued: finish {time}")).to_be_visible()
    mend(anna)
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started", "completed"]


def test_queued_is_never_shown_as_done(anna: Page) -> None:
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    trip = anna.locator(f'article[data-trip-shown="{trip_id}"]')
    expect(trip.locator(".queued")).to_have_text(re.compile(da("Queued: start {time}")[:6]))
    expect(trip.locator(".status").first).to_have_text(da("Booked"))
    anna.goto(f"/ture/{trip_id}")
    expect(queued(anna, "Queued: start {time}")).to_be_visible()


def test_a_trip_is_started_and_finished_without_a_network(anna: Page, demo_app: Flask) -> None:
    wait_past_midnight(anna)
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    anna.locator(f'a[href="/ture/{trip_id}/afslut"]').first.click()
    _finish(anna)
    waits(anna, 2)
    mend(anna)
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started", "completed"]


def test_an_answer_calls_nobody_back_from_the_page_she_waits_for(
    anna: Page, demo_app: Flask, wire: Unreliable
) -> None:
    trip_id = trip_of(anna)
    page, answer = Event(), Event()
    wire.held = {"/aktiviteter": page, SEND: answer}
    start_button(anna).click()
    with anna.expect_request("**/aktiviteter"):
        anna.locator('a[href="/aktiviteter"]').first.click(no_wait_after=True)
    with anna.expect_response(f"**{SEND}"):
        answer.set()
    until(anna, lambda: told(demo_app, trip_id)[1:] == ["started"])
    page.set()
    anna.wait_for_url("**/aktiviteter")


def test_a_double_tap_is_one_intent(anna: Page, demo_app: Flask) -> None:
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).dblclick()
    waits(anna, 1)
    mend(anna)
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_a_lost_answer_is_asked_for_again_and_counts_once(
    anna: Page, demo_app: Flask, wire: Unreliable
) -> None:
    trip_id = trip_of(anna)
    wire.lose = 1
    start_button(anna).click()
    expect(anna.locator(f'form[data-intent=start][data-trip="{trip_id}"]')).to_have_count(0)
    nothing_waits(anna)
    assert len(wire.sent) >= 2
    assert len(set(wire.sent)) == 1
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_two_tablets_with_one_trip_ask_a_person(
    anna: Page, log_in_as: Callable[..., Page], demo_app: Flask
) -> None:
    wait_past_midnight(anna)
    other = log_in_as(Role.COORDINATOR, "tablet")
    trip_id = trip_of(anna)
    anna.goto(f"/ture/{trip_id}/afslut")
    cut(anna)
    _finish(anna)
    other.goto(f"/ture/{trip_id}/aflys")
    other.locator("input[value='supplier.helper_ill']").check(force=True)
    Hand(other).press("Cancel the trip")
    expect(other.locator("ol.history")).to_be_visible()
    mend(anna)
    card = anna.locator("[data-tone=conflict]")
    expect(card).to_be_visible()
    expect(card.get_by_role("link")).to_have_attribute("href", re.compile("^/"))
    assert state(demo_app, trip_id) == "cancelled"
    card.get_by_role("button").click()
    expect(card).to_have_count(0)
    assert anna.evaluate("outbox.entries().then((all) => all.length)") == 0


def test_a_queue_of_200_is_sent_in_order_and_once(anna: Page, wire: Unreliable) -> None:
    trips = anna.locator("form[data-intent=start]")
    ids = [trips.nth(n).get_attribute("data-trip") for n in range(trips.count())]
    cut(anna)
    put_in(
        anna,
        [
            {
                "kind": "start",
                "trip_id": ids[n % len(ids)],
                "version": None,
                "device_at": anna.evaluate("new Date().toISOString()"),
                "payload": {},
                "label": "start",
            }
            for n in range(200)
        ],
    )
    wanted = anna.evaluate("outbox.entries().then((all) => all.map((entry) => entry.id))")
    anna.reload()
    waits(anna, 200)
    mend(anna)
    nothing_waits(anna, patience=180_000)
    assert wire.sent == wanted


def test_a_tablet_with_a_wrong_clock_starts_when_it_was(
    anna: Page, demo_app: Flask, wire: Unreliable
) -> None:
    # Only the page's clock can be moved: the worker has the machine's own, and would send by it.
    anna.context.add_init_script(
        """const Real = Date, ahead = () => Real.now() + 7 * 60000;
        Date = class extends Real {
          constructor(...given) { super(...(given.length ? given : [ahead()])); }
        };
        Date.now = ahead;
        SyncManager.prototype.register = async () => undefined;"""
    )
    wait_past_midnight(anna)
    anna.goto("/i-dag")
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    waits(anna, 1)
    mend(anna)
    nothing_waits(anna)
    began = started_at(demo_app, trip_id)
    assert began is not None
    assert abs(clock.now() - began) < timedelta(minutes=2)


def test_a_release_while_the_tablet_was_away(
    anna: Page, demo_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release(anna)
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    waits(anna, 1)
    monkeypatch.setattr(shell, "FILES", (*shell.FILES, "favicon.svg"))
    mend(anna)
    nothing_waits(anna)
    anna.goto("/i-dag")
    renewed = anna.locator(f"html[data-kept-by]:not([data-kept-by='{before}'])")
    expect(renewed).to_be_attached(timeout=90_000)
    assert static_names(anna) == [f"static-{release(anna)}"]
    assert told(demo_app, trip_id)[1:] == ["started"]
    cut(anna)
    anna.goto(f"/ture/{trip_id}")
    expect(anna.locator("ol.history > li").first).to_be_visible()


def test_every_tap_is_shown_as_queued(anna: Page) -> None:
    cut(anna)
    starts = anna.locator("form[data-intent=start]:visible button")
    wanted = starts.count()
    assert wanted > 1
    for done in range(wanted):
        starts.first.click()
        expect(queued(anna, "Queued: start {time}")).to_have_count(done + 1)
    expect(starts).to_have_count(0)


# ---- leaving -----------------------------------------------------------------------------------
def test_logging_out_with_a_full_queue_warns_and_keeps_it(
    anna: Page, demo_app: Flask, staff: dict[Role, Actor], site: LiveServer
) -> None:
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    waits(anna, 1)
    log_out = anna.get_by_role("button", name=da("Log out"), exact=True)
    log_out.click()
    asked = anna.get_by_role("dialog")
    expect(asked).to_contain_text(da("Something has not been sent yet"))
    asked.get_by_role("button", name=da("Stay logged in")).click()
    expect(asked).to_have_count(0)
    log_out.click()
    asked.get_by_role("button", name=da("Log out all the same")).click()
    heading(anna, "There is no network")
    assert kept_paths(anna) == []
    assert str(trip_id) not in sealed(anna)
    mend(anna)
    expect(anna.get_by_role("heading", level=1)).to_have_text(da("Log in"), timeout=30_000)
    expect(bar(anna)).to_contain_text(
        da("{n} waiting for {name}").replace("{n}", "1").replace("{name}", "Anna")
    )
    become(anna.context, demo_app, staff[Role.CARE_WORKER], site.url)
    anna.goto("/i-dag")
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_another_user_sees_what_waits_and_does_not_send_it(
    anna: Page, demo_app: Flask, staff: dict[Role, Actor], site: LiveServer, wire: Unreliable
) -> None:
    cut(anna)
    trip_id = trip_of(anna)
    start_button(anna).click()
    waits(anna, 1)
    other = colleague(demo_app, staff[Role.CARE_WORKER])
    become(anna.context, demo_app, other, site.url)
    mend(anna)
    expect(anna.locator(f'#tablet[data-account="{other.account_id}"]')).to_be_attached()
    expect(bar(anna)).to_contain_text(
        da("{n} waiting for {name}").replace("{n}", "1").replace("{name}", "Anna")
    )
    is_kept(anna)
    assert f"/ture/{trip_id}" not in kept_paths(anna)
    assert told(demo_app, trip_id)[1:] == []
    become(anna.context, demo_app, staff[Role.CARE_WORKER], site.url)
    anna.goto("/i-dag")
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started"]


def test_the_tablet_locks_itself_when_nobody_touches_it(anna: Page) -> None:
    anna.evaluate("localStorage.setItem('klippekort-last-touch', Date.now() - 11 * 60000)")
    anna.reload()
    expect(anna.locator("#tablet[data-state=nobody]")).to_be_attached()
    assert kept_paths(anna) == []
    expect(anna.locator("body")).not_to_contain_text("Ellen")


def test_without_a_network_a_resting_tablet_is_covered(anna: Page) -> None:
    cut(anna)
    anna.evaluate("localStorage.setItem('klippekort-last-touch', Date.now() - 11 * 60000)")
    anna.reload()
    cover = anna.get_by_role("dialog", name=da("The tablet has been resting"))
    expect(cover).to_be_visible()
    cover.get_by_role("button").click()
    expect(anna.locator("article.visit").first).to_be_visible()


# ---- the whole shift -----------------------------------------------------------------------------
def test_a_finished_trip_and_its_citizen_can_still_be_read(anna: Page) -> None:
    wait_past_midnight(anna)
    trip_id = trip_of(anna)
    citizen = anna.locator(f'article[data-trip-shown="{trip_id}"] a[href^="/borgere/"]').first
    of_citizen = str(citizen.get_attribute("href"))
    start(anna, trip_id)
    anna.locator(f'a[href="/ture/{trip_id}/afslut"]').first.click()
    _finish(anna)
    expect(anna).to_have_url(re.compile(f"/ture/{trip_id}$"))
    anna.goto("/i-dag")
    is_kept(anna)
    cut(anna)
    for path in (f"/ture/{trip_id}", f"/ture/{trip_id}/note", of_citizen, f"{of_citizen}/tur"):
        anna.goto(path)
        expect(anna.locator("#tablet[data-state=work]")).to_be_attached()


def test_a_trip_given_during_the_day_is_there_once_today_has_been_opened(
    anna: Page, demo_app: Flask, staff: dict[Role, Actor]
) -> None:
    trip_id, other = trip_of(anna), colleague(demo_app, staff[Role.CARE_WORKER])
    hand_over(demo_app, trip_id, other)
    anna.goto("/i-dag")
    is_kept(anna)
    assert f"/ture/{trip_id}" not in kept_paths(anna)
    hand_over(demo_app, trip_id, staff[Role.CARE_WORKER])
    anna.goto("/i-dag")
    is_kept(anna)
    cut(anna)
    anna.goto(f"/ture/{trip_id}/afslut")
    expect(anna.locator("form[data-intent=finish]")).to_be_visible()


def test_what_has_not_changed_is_not_fetched_again(anna: Page, wire: Unreliable) -> None:
    trip_id = trip_of(anna)
    wire.asked.clear()
    anna.goto("/i-dag")
    is_kept(anna)
    assert (wire.asked.count("/i-dag"), wire.asked.count("/tablet/dagen")) == (1, 1)
    anna.goto(f"/ture/{trip_id}")
    is_kept(anna)
    assert wire.asked.count("/tablet/dagen") == 1
    assert [path for path in wire.asked if path.startswith(("/ture/", "/borgere/"))] == [
        f"/ture/{trip_id}"
    ]


def test_a_trip_cancelled_meanwhile_is_cancelled_on_its_kept_page(
    anna: Page, log_in_as: Callable[..., Page]
) -> None:
    other, trip_id = log_in_as(Role.COORDINATOR, "tablet"), trip_of(anna)
    other.goto(f"/ture/{trip_id}/aflys")
    other.locator("input[value='supplier.helper_ill']").check(force=True)
    Hand(other).press("Cancel the trip")
    expect(other.locator("ol.history")).to_be_visible()
    anna.goto("/i-dag")
    is_kept(anna)
    cut(anna)
    Hand(anna).press("See why")
    expect(anna).to_have_url(re.compile(f"/ture/{trip_id}"))
    expect(anna.locator("main .status").first).to_have_text(da("Cancelled"))


def test_what_cannot_wait_on_the_tablet_is_no_kept_form(anna: Page) -> None:
    assert [path for path in kept_paths(anna) if path.endswith(("/sted", "/selv"))] == []


def test_a_form_that_cannot_wait_stays_as_it_was_typed(anna: Page) -> None:
    anna.get_by_role("link", name=re.compile(f"^{da('Card')}")).first.click()
    Hand(anna).press("Book a trip")
    Hand(anna).press("A place of her own choice")
    expect(anna.locator("html[data-outbox=ready]")).to_be_attached()
    cut(anna)
    anna.locator("input[name=place]").fill("Café Linden")
    anna.locator("button[value=see]").first.click()
    expect(anna.locator("#unsent")).to_be_visible()
    expect(anna.locator("input[name=place]")).to_have_value("Café Linden")
    mend(anna)
    anna.locator("button[value=see]").first.click()
    expect(anna.locator("#unsent")).to_have_count(0)
    expect(anna.locator("input[name=place]")).to_have_value("Café Linden")


def test_a_button_that_cannot_wait_says_so(anna: Page) -> None:
    cut(anna)
    anna.get_by_role("link", name=re.compile(f"^{da('Card')}")).first.click()
    anna.locator("form[action$='/vis'] button").click()
    expect(anna.locator("#unsent")).to_be_visible()
    expect(anna.locator("form[action$='/vis'] button")).to_be_enabled()
    anna.get_by_role("link", name=da("Book a trip")).first.click()
    expect(anna.locator("article.offer").first).to_be_visible()


def test_a_tablet_locked_without_a_network_says_that_nothing_lies_on_it(anna: Page) -> None:
    cut(anna)
    anna.get_by_role("button", name=da("Lock"), exact=True).click()
    heading(anna, "There is no network")
    expect(anna.locator("[data-when=left]")).to_be_visible()
    expect(anna.locator("[data-when=day]:visible")).to_have_count(0)
    assert kept_paths(anna) == []


# ---- when something happens --------------------------------------------------------------------
def _happened(page: Page, trip_id: object, effect: str) -> None:
    page.goto(f"/ture/{trip_id}/noget-skete")
    page.locator("input[name=kind][value=unwell]").check(force=True)
    page.locator(f"input[name=effect][value={effect}]").check(force=True)
    Hand(page).press("Write it down")


@pytest.mark.parametrize("has_network", [True, False])
def test_who_says_that_the_trip_ends_now_goes_on_to_where_it_is_ended(
    anna: Page, demo_app: Flask, has_network: bool
) -> None:
    trip_id = trip_of(anna)
    start_button(anna).click()
    expect(anna.locator(f'form[data-intent=start][data-trip="{trip_id}"]')).to_have_count(0)
    if not has_network:
        cut(anna)
    _happened(anna, trip_id, "end")
    expect(anna.locator("form[data-intent=finish]")).to_be_visible()
    expect(anna).to_have_url(re.compile(f"/ture/{trip_id}/afslut$"))
    said = da("The trip is not ended yet: write the times below, and end it.")
    expect(anna.get_by_text(said)).to_be_visible()
    expect(anna.locator("input[name=is_broken_off]")).to_be_checked()
    mend(anna)
    nothing_waits(anna)
    assert told(demo_app, trip_id)[1:] == ["started", "incident"]


def test_a_trip_waits_and_goes_on_as_often_as_it_is_told(anna: Page, demo_app: Flask) -> None:
    trip_id = trip_of(anna)
    start_button(anna).click()
    expect(anna.locator(f'form[data-intent=start][data-trip="{trip_id}"]')).to_have_count(0)
    anna.goto(f"/ture/{trip_id}")
    is_kept(anna)
    go_on = anna.locator("form[data-intent=resume]")
    expect(go_on).to_be_hidden()
    cut(anna)
    for n in (1, 3):
        _happened(anna, trip_id, "pause")
        waits(anna, n)
        anna.goto(f"/ture/{trip_id}")
        go_on.locator("button").click()
        waits(anna, n + 1)
        expect(go_on).to_be_hidden()
    mend(anna)
    nothing_waits(anna)
    assert told(demo_app, trip_id)[2:] == ["incident", "resumed"] * 2


def test_what_has_been_answered_is_not_said_to_wait(
    anna: Page, log_in_as: Callable[..., Page]
) -> None:
    wait_past_midnight(anna)
    other = log_in_as(Role.COORDINATOR, "tablet")
    trip_id = trip_of(anna)
    anna.goto(f"/ture/{trip_id}/afslut")
    cut(anna)
    _finish(anna)
    expect(anna.locator(".queued-form")).to_be_visible()
    other.goto(f"/ture/{trip_id}/aflys")
    other.locator("input[value='supplier.helper_ill']").check(force=True)
    Hand(other).press("Cancel the trip")
    expect(other.locator("ol.history")).to_be_visible()
    mend(anna)
    card = anna.locator("[data-tone=conflict]")
    said = da("Somebody must look at this: {what}").replace("{what}", da("End of a trip"))
    expect(card.locator(".alert-heading")).to_have_text(said)
    expect(anna.locator(".queued-form")).to_have_count(0)
