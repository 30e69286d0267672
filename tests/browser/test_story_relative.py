"""A daughter abroad: let in by e-mail, on her mother's page, heard, and shut out in one moment."""

import email
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from klippekort.domain.permissions import Role
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.card_keys import find_key
from tests.browser.steps import Hand, da, heading, snap, told
from tests.cast import HOME
from tests.gateways import Mailbox, mail_server
from tests.messages_site import run, sending

pytestmark = pytest.mark.browser

SIGNE, MAIL = "Signe Storm", "signe@example.se"


@pytest.fixture
def box(demo_app: Flask) -> Iterator[Mailbox]:
    with mail_server() as running, sending(demo_app, mail=running.settings):
        yield running


@pytest.fixture
def ellen(demo_app: Flask) -> UUID:
    with demo_app.app_context(), acting_for(HOME):
        key = find_key(demo.citizen_card().token)
        assert key is not None
        return key.citizen_id


def link_in(box: Mailbox) -> str:
    to, said = box.mails[-1]
    assert to == MAIL
    text = email.message_from_string(said).get_payload(decode=True)
    assert isinstance(text, bytes)
    found = re.search(r"/parorende/ind/\S+", text.decode())
    assert found is not None
    return found[0]


def write_down(karen: Page, ellen: UUID) -> None:
    """Write down a proxy for everything, as a paper says, and know who she is."""
    karen.goto(f"/borgere/{ellen}/fuldmagter")
    hand = Hand(karen)
    hand.press("Write down a proxy")
    hand.write("Name", SIGNE)
    hand.write("E-mail", MAIL)
    for purpose in ("See the card and the trips", "Propose something", "Get messages"):
        hand.choose(purpose)
    hand.choose("Signed on paper")
    hand.choose("Showed a passport or the like")
    snap(karen, "proxy", "phone")
    hand.press("Write down")
    told(karen, "%(name)s is written down.", name=SIGNE)


def invite(karen: Page, demo_app: Flask) -> None:
    Hand(karen).press("Send a link to %(email)s", email=MAIL)
    told(karen, "The invitation is on its way.")
    with demo_app.app_context():
        run(clock.now())


def come_in(signe: Page, link: str) -> None:
    signe.goto(link)
    heading(signe, "Welcome")
    snap(signe, "relative-link", "phone")
    Hand(signe).press("Go in")
    heading(signe, "You are in")
    Hand(signe).press("Go on")
    heading(signe, "Whom I help")
    snap(signe, "relative-home", "phone")


def propose(signe: Page) -> None:
    hand = Hand(signe)
    hand.press("I am there: propose days")
    hand.choose("I am there: do not book anything")
    first = clock.today() + timedelta(days=90)
    hand.write("From", first.isoformat())
    hand.write("Until and including", (first + timedelta(days=8)).isoformat())
    hand.write("A word to those who plan", "Vi kører til havet")
    hand.press("Send the proposal")
    told(signe, "Your proposal is sent. You see the answer here.")


def test_a_proxy_from_the_first_word_to_the_last(
    demo_app: Flask,
    box: Mailbox,
    ellen: UUID,
    log_in_as: Callable[..., Page],
    open_context: Callable[..., Any],
) -> None:
    karen = log_in_as(Role.COORDINATOR, "phone")
    write_down(karen, ellen)
    invite(karen, demo_app)
    of_signe = karen.url
    signe: Page = open_context("phone").new_page()
    come_in(signe, link_in(box))

    Hand(signe).press("Open %(name)s's page", name="Ellen")
    expect(signe.get_by_role("main")).to_contain_text("Ellen")
    expect(signe.locator("body")).to_contain_text(da("On behalf of %(name)s", name="Ellen"))
    snap(signe, "relative-own-page", "phone")
    signe.goto("/parorende")
    propose(signe)

    karen.goto("/forslag-fra-paaroerende")
    asked = karen.get_by_role("listitem").filter(has_text="Vi kører til havet")
    snap(karen, "proposals", "phone")
    asked.get_by_role("button", name=da("Yes, agreed")).click()
    told(karen, "It is agreed. The relative is told.")
    signe.reload()
    expect(signe.get_by_role("main")).to_contain_text(da("Agreed"))

    karen.goto(of_signe)
    Hand(karen).press("Withdraw the proxy")
    told(karen, "The proxy is withdrawn. It no longer opens anything.")
    signe.reload()
    expect(signe.get_by_role("main")).to_contain_text(da("You act for nobody today"))
    signe.goto(f"/min-side/{ellen}")
    expect(signe.get_by_role("main")).not_to_contain_text("Ellen")
