"""What a test of the tablet does to it: take the network, the server's answers, or the time."""

import json
import re
import socket
from collections.abc import Iterable
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripEscort, TripEvent
from tests.browser.steps import da
from tests.cast import HOME
from tests.login import session_secret

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SEND = "/tablet/hensigter"


class Unreliable:
    """Answers as the app does, yet loses the first `lose` answers after the app has done its part.

    `sent` are the ids of all intents that arrived, in order, and `asked` the addresses that were
    asked for. What is asked for at an address in `held` waits for its event.
    """

    def __init__(self, app: Flask, lose: int = 0) -> None:
        self._app: WSGIApplication = app.wsgi_app
        self.lose = lose
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.held: dict[str, Event] = {}
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] in self.held:
            self.held[environ["PATH_INFO"]].wait(60)
        if environ["PATH_INFO"] != SEND:
            return self._app(environ, start_response)
        self.sent.append(environ["HTTP_IDEMPOTENCY_KEY"])
        if not self.lose:
            return self._app(environ, start_response)
        self.lose -= 1
        for _part in self._app(environ, lambda *_: lambda _data: None):
            pass  # committed; nobody is told
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError


def is_kept(page: Page) -> None:
    """Wait until the day's pages are on the tablet and the outbox is open."""
    expect(page.locator("html[data-outbox=ready]")).to_be_attached()
    expect(page.locator("html[data-kept]")).to_be_attached(timeout=90_000)


def cut(page: Page) -> None:
    """Take the network away, from the worker too."""
    page.context.set_offline(True)


def mend(page: Page) -> None:
    """Give the network back."""
    page.context.set_offline(False)


def bar(page: Page) -> Locator:
    """Return the line that says what waits."""
    return page.locator("#net")


def waits(page: Page, n: int) -> None:
    """Wait until the bar says that so much waits for the network."""
    expect(bar(page)).to_contain_text(da("Waiting for the network: {n}").replace("{n}", str(n)))


def nothing_waits(page: Page, patience: int = 60_000) -> None:
    """Wait until nothing of one's own waits, at most so many milliseconds."""
    expect(page.locator("html")).to_have_attribute("data-queue", "0", timeout=patience)


def queued(page: Page, english: str) -> Locator:
    """Return what says that something is queued, "Queued: finish {time}" for any time."""
    name = re.escape(da(english)).replace(re.escape("{time}"), r"\d\d\.\d\d")
    return page.get_by_text(re.compile(f"^{name}$"))


def start_button(place: Page | Locator) -> Locator:
    """Return the first button that starts a trip."""
    return place.locator("form[data-intent=start] button").first


def start(page: Page, trip_id: UUID) -> None:
    """Start a trip with a network, and wait for the page that comes with the answer."""
    form = page.locator(f'form[data-intent=start][data-trip="{trip_id}"]')
    form.locator("button").click()
    expect(form).to_have_count(0)
    page.wait_for_load_state()


def trip_of(page: Page) -> UUID:
    """Return the first trip on Today that can be started."""
    found = page.locator("form[data-intent=start]").first.get_attribute("data-trip")
    return UUID(found)


def trip_id_in(html: str) -> UUID:
    """Return the first trip in a page that can be started."""
    found = re.search(r'data-intent="start"[^>]*data-trip="([^"]+)"', html)
    assert found is not None
    return UUID(found.group(1))


def told(app: Flask, trip_id: UUID) -> list[str]:
    """Return what has happened to a trip, by its own history, without remarks on the tablet."""
    with app.app_context(), acting_for(HOME):
        kinds = db.session.scalars(
            select(TripEvent.kind).filter_by(trip_id=trip_id).order_by(TripEvent.id)
        )
        return [kind for kind in kinds if kind != "tablet"]


def state(app: Flask, trip_id: UUID) -> str:
    """Return the state of a trip."""
    with app.app_context(), acting_for(HOME):
        return db.session.scalars(select(Trip.state).filter_by(id=trip_id)).one()


def started_at(app: Flask, trip_id: UUID) -> datetime | None:
    """Return when a trip began, as the server has it."""
    with app.app_context(), acting_for(HOME):
        return db.session.scalars(select(Trip.started_at).filter_by(id=trip_id)).one()


def colleague(app: Flask, of: Actor) -> Actor:
    """Return another care worker."""
    with app.app_context(), acting_for(HOME):
        role, account = db.session.execute(
            select(RoleAssignment, Account)
            .join(Account, Account.id == RoleAssignment.account_id)
            .where(RoleAssignment.municipality_id == HOME)
            .where(RoleAssignment.role == Role.CARE_WORKER)
            .where(RoleAssignment.account_id != of.account_id)
            .limit(1)
        ).one()
        return Actor(
            HOME,
            Role.CARE_WORKER,
            account.id,
            account.display_name,
            role.supplier_id,
            role.district_id,
            role.person_id,
        )


def hand_over(app: Flask, trip_id: UUID, to: Actor) -> None:
    """Give a trip to another helper, as it stands."""
    with app.app_context(), acting_for(HOME):
        given = update(TripEscort).filter_by(trip_id=trip_id).values(care_worker_id=to.person_id)
        execute(lambda: db.session.execute(given))


def become(context: BrowserContext, app: Flask, actor: Actor, url: str) -> None:
    """Log somebody in on a tablet, whoever was there before."""
    with app.app_context():
        secret = session_secret(actor)
    context.add_cookies([{"name": "session", "value": secret, "url": url}])


def kept_paths(page: Page) -> list[str]:
    """Return the addresses of the pages that lie on the device."""
    found: list[str] = page.evaluate(
        """async () => !(await caches.has('pages')) ? [] :
        (await (await caches.open('pages')).keys()).map((r) => new URL(r.url).pathname)"""
    )
    return found


def release(page: Page) -> str:
    """Return the version that keeps the day's pages on the tablet."""
    return page.locator("html").get_attribute("data-kept-by") or ""


def static_names(page: Page) -> list[str]:
    """Return the names of the caches of files on the device."""
    found: list[str] = page.evaluate(
        "async () => (await caches.keys()).filter((name) => name.startsWith('static-'))"
    )
    return found


def put_in(page: Page, intents: list[dict[str, Any]]) -> None:
    """Put intents in the outbox as the pages do, one a second, without sending them."""
    page.evaluate(
        """async (intents) => {
          const { account, key } = await outbox.fact('key');
          const name = document.getElementById('tablet').dataset.name;
          for (const [n, body] of intents.entries()) {
            await outbox.put({ id: crypto.randomUUID(), account, name, n, at: Date.now() + n,
              state: 'waiting', sealed: await outbox.seal(key, body) });
          }
        }""",
        json.loads(json.dumps(intents, default=str)),
    )


def sealed(page: Page) -> str:
    """Return all that the outbox holds, as one who reads the device without the key sees it."""
    text: str = page.evaluate(
        """async () => JSON.stringify((await outbox.entries()).map(({ sealed, ...open }) =>
          [open, new TextDecoder('latin1').decode(sealed.text)]))"""
    )
    return text
