"""Getting in by the municipality's own log-in and by a passkey, and out again, in a browser."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from klippekort.accounts.queries.providers import STAFF, find_own_provider
from klippekort.accounts.services import oidc
from klippekort.accounts.services.providers import Told, add_group, set_provider
from klippekort.domain.permissions import Actor, Role
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.browser.steps import Hand, da, heading
from tests.cast import HOME
from tests.identity_provider import CLIENT, SECRET, Provider, identity_provider
from tests.live import LiveServer

pytestmark = pytest.mark.browser

TOLD = Told("", CLIENT, "openid", "groups", "", "", "", "", "acr", "", 2)


@pytest.fixture
def idp(demo_app: Flask, staff: dict[Role, Actor]) -> Iterator[Provider]:
    """A provider that vouches for the demo's coordinators."""
    told = replace(demo_app.extensions["settings"], inner_hosts=frozenset({"localhost"}))
    demo_app.extensions["settings"] = told
    admin = staff[Role.ADMINISTRATOR]
    with identity_provider() as provider, demo_app.app_context(), acting_for(HOME):
        known = replace(TOLD, issuer=provider.issuer)
        execute(set_provider, admin, STAFF, known, secret=SECRET, is_on=True, now=clock.now())
        execute(add_group, admin, name="koord", role=Role.COORDINATOR)
        provider.claims["groups"] = ["koord"]
        yield provider
    oidc.forget(provider.issuer)


def test_in_and_out_by_the_municipalitys_own_log_in(
    idp: Provider, demo_app: Flask, open_context: object
) -> None:
    page: Page = open_context("desktop").new_page()  # type: ignore[operator]
    page.goto("/log-ind")
    with demo_app.app_context():
        found = find_own_provider(HOME, STAFF)
    assert found is not None
    Hand(page).press("Log in with %(place)s", place=found.place)
    heading(page, "Overview")
    expect(page.get_by_role("banner")).to_contain_text("Karla Kommune")
    page.get_by_role("button", name=da("Log out")).click()
    heading(page, "Log in")
    assert "/logout" in idp.seen
    page.goto("/overblik")
    heading(page, "Log in")


def _with_device(page: Page) -> None:
    """Give a page a device that makes passkeys and shows them when asked."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_and_opens_the_door(log_in_as: object) -> None:
    page: Page = log_in_as(Role.VOLUNTEER, "phone")  # type: ignore[operator]
    _with_device(page)
    hand = Hand(page)
    page.goto("/min-konto")
    hand.press("My passkeys")
    hand.press("New passkey")
    hand.write("Name of the passkey", "Min telefon")
    hand.press("Make the passkey")
    heading(page, "My passkeys")
    expect(page.get_by_role("heading", name="Min telefon")).to_be_visible()
    page.get_by_role("button", name=da("Log out")).click()
    hand.press("Have you made a passkey? Log in with it.")
    hand.press("Use my passkey")
    expect(page.get_by_role("button", name=da("Log out"))).to_be_visible()


def test_a_device_that_has_a_passkey_says_so(log_in_as: object) -> None:
    page: Page = log_in_as(Role.VOLUNTEER, "phone")  # type: ignore[operator]
    _with_device(page)
    hand = Hand(page)
    for name in ("Den første", "Den anden"):
        page.goto("/min-konto/noegler/ny")
        hand.write("Name of the passkey", name)
        hand.press("Make the passkey")
        if name == "Den første":
            heading(page, "My passkeys")
    said = da(
        "This device has a passkey for Klippekort already. You can use that one. A new one needs "
        "another device."
    )
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def test_an_address_of_bare_numbers_is_told_to_be_why(
    new_context: Callable[..., BrowserContext], site: LiveServer
) -> None:
    context = new_context(base_url=site.url.replace("localhost", "127.0.0.1"), locale="da-DK")
    page = context.new_page()
    page.goto("/log-ind/noegle")
    Hand(page).press("Use my passkey")
    said = da(
        "Passkeys do not work at this address. It must begin with https and be a name, not "
        "numbers. Tell your administrator, and log in otherwise."
    )
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
