"""A citizen's own pages, however she comes to them: by printed card, at a shared screen, signed in.

Every own page stands at three addresses. `/kort/<slug>/<token>/…` is opened by the printed card and
its PIN; `/kiosk/<slug>/kort/…` too, on a screen that many share, where the card's code is kept out
of the address; `/min-side/<citizen>/…` by a log-in, of her own or of a relative who acts for her.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.proxies import Purpose
from klippekort.domain.visiting import HER_OWN, By, Visitor
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import find_actor, log_in_page, public, saw
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _, ngettext
from klippekort.platform.tenancy import set_municipality
from klippekort.platform.web import csrf, without_token
from klippekort.punchcards.forms.pins import OwnPinForm
from klippekort.punchcards.queries import card_keys as queries
from klippekort.punchcards.queries.card_keys import MOST_TRIES, KeyState
from klippekort.punchcards.services import card_keys as services
from klippekort.punchcards.services.card_keys import PAGE_STAYS_OPEN, Outcome
from klippekort.relatives.queries.proxies import purposes

COOKIE, SCANNED = "card", "kiosk"
BY_CARD = ("/kort/<slug>/<token>", "/kiosk/<slug>/kort")
SIGNED_IN = "/min-side/<uuid:citizen_id>"
# A page that was refused for want of a PIN carries what was typed under its own names; this is
# the PIN's.
PIN = "own_pin"
NOT_CARRIED = frozenset({"csrf_token", PIN})

View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Visit:
    """A visit to a citizen's own pages. `at` is the part of the address that says how she came."""

    visitor: Visitor
    actor: Actor
    first_name: str
    at: Mapping[str, Any]
    strong_until: Any = None

    @property
    def citizen_id(self) -> UUID:
        """Return whose pages they are."""
        return self.visitor.citizen_id

    @property
    def home(self) -> str:
        """Return the address of her first page."""
        return self.url("own_page.home")

    @property
    def is_kiosk(self) -> bool:
        """Say whether this is a screen that many share."""
        return "slug" in self.at and "token" not in self.at

    @property
    def is_on_behalf(self) -> bool:
        """Say whether somebody acts for her."""
        return not self.visitor.is_herself

    def may(self, purpose: str) -> bool:
        """Say whether whoever is here may do this."""
        return self.visitor.may(Purpose(purpose))

    def url(self, endpoint: str, **values: Any) -> str:
        """Return the address of one of her own pages, for coming to it the same way."""
        return url_for(endpoint, **self.at, **values)


@dataclass(frozen=True)
class Gate:
    """What stands at an address of the printed card; `key` None where there is no such card."""

    municipality: Any
    key: Any
    token: str
    at: Mapping[str, Any]

    @property
    def state(self) -> KeyState:
        """Return whether the card opens its page."""
        return queries.state_of(self.key) if self.key is not None else KeyState.NONE

    @property
    def is_gone(self) -> bool:
        """Return whether the card is of somebody who has died or moved."""
        return self.key is not None and is_gone(self.key.citizen_id)


def gate(at: Mapping[str, Any]) -> Gate:
    """Return what stands at an address; the rest of the request sees its municipality."""
    municipality = find_by_slug(at["slug"])
    set_municipality(municipality.id if municipality else None)
    token = at.get("token") or request.cookies.get(SCANNED, "")
    key = queries.find_key(token) if municipality and token else None
    return Gate(municipality, key, token, at)


def own_route(
    bp: Blueprint, path: str, *, needs: Purpose = Purpose.SEE, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Hang a view on all three addresses of her own pages; it is called with the `Visit` first.

    Whoever may not do what it `needs` is told so. Without a PIN in time the page is asked for anew,
    and what was typed goes through once it is given.
    """

    def hang(view: View) -> View:
        @wraps(view)
        def run(**values: Any) -> ResponseReturnValue:
            at = {name: values.pop(name) for name in _WAYS if name in values}
            visit = enter(at) if _is_from_here() else send_again(at)
            if not isinstance(visit, Visit):
                return visit
            if not visit.visitor.may(needs):
                return render_template("own_page/not_yours.html", home=visit.home), 403
            saw(visit.citizen_id, purpose="own_page")
            return with_cookie(make_response(view(visit, **values)))

        # A token that is out of date must not lose what was typed, so it is looked at in here.
        without_token(public(run))
        for way in (*BY_CARD, SIGNED_IN):
            bp.add_url_rule(f"{way}{path}", view.__name__, run, methods=list(methods))
        return run

    return hang


_WAYS = ("slug", "token", "citizen_id")


def _is_from_here() -> bool:
    """Say whether what was sent carries the token that only our own pages have."""
    if request.method != "POST" or not current_app.config["WTF_CSRF_ENABLED"]:
        return True
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True


def enter(at: Mapping[str, Any]) -> Visit | ResponseReturnValue:
    """Return the visit, or the answer to whoever must first show who she is."""
    visit = find_visit(at)
    if visit is None and request.method == "POST" and "slug" in at:
        here = gate(at)
        if here.state is KeyState.LIVE:
            visit = _try_pin(here)
            if visit is None:
                return ask_again(here)
    if visit is not None:
        g.visit = visit
        return visit
    if "slug" in at:
        return redirect(url_for("own_page.home", **at), 303)
    return send_again(at) if request.method == "POST" else redirect(log_in_page(), 303)


def find_visit(at: Mapping[str, Any]) -> Visit | None:
    """Return who visits, or None while nobody has shown who she is. Raises NotFound for a log-in
    that has nothing to do with this citizen.
    """
    if "citizen_id" in at:
        return _signed_in(at["citizen_id"])
    here = gate(at)
    if here.key is None:
        return None
    return by_card(here, request.cookies.get(COOKIE, ""))


def by_card(here: Gate, secret: str) -> Visit | None:
    """Return the visit that a card's open page is, or None where it is not open."""
    now = clock.now()
    opened = queries.find_open(here.key, secret, now)
    if opened is None:
        return None
    if services.is_soon_over(opened.ends_at, now):
        services.stay_open(secret, now=now)
        g.own_secret = secret
    is_strong = opened.strong_until is not None and opened.strong_until > now
    actor = services.as_citizen(here.key)
    g.card_actor = actor
    citizen_id = here.key.citizen_id
    by = By.CODE if is_strong else By.CARD
    visitor = Visitor(citizen_id, actor.municipality_id, by, HER_OWN, None, is_strong)
    name = get_citizen(citizen_id).first_name
    return Visit(visitor, actor, name, here.at, opened.strong_until)


def _signed_in(citizen_id: UUID) -> Visit | None:
    actor = find_actor()
    if actor is None:
        return None
    if actor.role is Role.CITIZEN and actor.person_id == citizen_id:
        by, held = By.MITID, HER_OWN
    elif actor.role is Role.RELATIVE and actor.account_id is not None:
        allowed = purposes(actor.account_id, citizen_id, today=clock.today())
        by, held = By.RELATIVE, frozenset(Purpose(one) for one in allowed)
        actor = replace(actor, person_id=citizen_id)
    else:
        return None  # whoever works here has pages of their own
    if not held:
        raise NotFound
    name = get_citizen(citizen_id).first_name
    visitor = Visitor(citizen_id, actor.municipality_id, by, held, actor.account_id, True)
    return Visit(visitor, actor, name, {"citizen_id": citizen_id})


def _try_pin(here: Gate) -> Visit | None:
    """Open the page with the PIN that came along with what was typed, where one did."""
    pin = "".join(request.form.get(PIN, "").split())
    if len(pin) != 4 or not pin.isdigit():
        return None
    opening = services.open_own_page(here.token, pin, now=clock.now())
    if opening.outcome is not Outcome.OPENED or opening.secret is None:
        g.pin_was_wrong = True
        return None
    g.own_secret = opening.secret
    return by_card(gate(here.at), opening.secret)


def ask_again(here: Gate) -> ResponseReturnValue:
    """Ask for the PIN, and keep what was typed until it is given."""
    here = gate(here.at)
    if here.state is not KeyState.LIVE:
        return sorry(here.state, here.municipality, 422, here.is_gone)
    form = OwnPinForm(formdata=None)
    form.pin.name = PIN
    if g.get("pin_was_wrong"):
        form.pin.errors = [wrong_words(MOST_TRIES - here.key.tries)]
    elif PIN in request.form:
        form.pin.errors = [_("Type the four digits of your code.")]
    page = render_template(
        "own_page/pin.html",
        form=form,
        municipality=here.municipality,
        carried=_typed(),
        action=request.path,
        is_kiosk="token" not in here.at,
        back=url_for("own_page.home", **here.at),
    )
    return page, 422


def send_again(at: Mapping[str, Any]) -> ResponseReturnValue:
    """Ask for what was typed to be sent once more, from this page, where it is kept.

    Whoever has been logged out meanwhile logs in beside it first.
    """
    is_out = "citizen_id" in at and find_actor() is None
    page = render_template(
        "own_page/again.html",
        carried=_typed(),
        action=request.path,
        log_in_url=log_in_page() if is_out else None,
    )
    return page, 422


def _typed() -> list[tuple[str, str]]:
    return [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]


def sorry(
    state: KeyState, municipality: Any, status: int, is_gone: bool = False
) -> ResponseReturnValue:
    """Return the page that says why a card does not open; there is no newer one of one who has died
    or moved, and whoever holds the card need not read which.
    """
    page = render_template(
        "own_page/sorry.html", state=state, municipality=municipality, is_gone=is_gone
    )
    return page, status


def wrong_words(left: int) -> str:
    """Return that the PIN was wrong, and how many tries are left in all."""
    said = ngettext(
        "That was not your code. You have %(num)s try left.",
        "That was not your code. You have %(num)s tries left.",
        left,
    )
    return str(said)


def with_cookie(response: Response) -> Response:
    """Let the answer carry what keeps her page open in this browser, where that is new."""
    secret = g.pop("own_secret", None)
    if secret is not None:
        set_cookie(response, COOKIE, secret, max_age=PAGE_STAYS_OPEN)
    return response


def set_cookie(response: Response, name: str, value: str, **options: Any) -> None:
    """Keep something in this browser for the card's addresses alone, out of reach of scripts."""
    response.set_cookie(
        name,
        value,
        path=cookie_path(),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
        **options,
    )


def cookie_path() -> str:
    """Return where a cookie of this page is sent: at a kiosk nothing goes to other addresses."""
    return "/kiosk" if request.path.startswith("/kiosk/") else "/kort"
