"""Taking a call: finding who it is, and all she could do herself, two taps away."""

from typing import Any
from uuid import UUID, uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.citizens.forms.access import SearchForm
from klippekort.citizens.queries import address_of, get_citizen, is_long_enough, phone_of, reach
from klippekort.citizens.queries.citizens import MOST_FOUND
from klippekort.domain.permissions import Action, Actor, Role, authorise, may
from klippekort.papers.queries import letters
from klippekort.papers.queries.calling import who_calls
from klippekort.papers.views.blueprint import bp
from klippekort.papers.views.letters import letters_shown
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.card_keys import KeyState, facts_of
from klippekort.punchcards.queries.cards import current_terms, find_open_card, list_cards_of
from klippekort.punchcards.queries.schemes import with_names
from klippekort.punchcards.views.picture import is_course
from klippekort.trips.queries.trips import next_trips
from klippekort.trips.views.seen_by_citizen import card_seen
from klippekort.trips.views.shown import trip_shown
from klippekort.waiting.queries.offers import offers_of
from klippekort.waiting.views.shown import offer_shown


def _where(citizen: Any) -> str:
    """Return where a citizen lives, for making sure who it is; a protected address is not told."""
    if citizen.has_protected_address:
        return str(_("Protected address"))
    town = f"{citizen.postcode or ''} {citizen.town or ''}".strip()
    return ", ".join(part for part in (address_of(citizen), town) if part)


@bp.get("/opkald")
@requires(Action.TAKE_CALL, purpose="take_call")
def who() -> ResponseReturnValue:
    """Find who is calling by name and address."""
    actor, form = current_actor(), SearchForm(request.args)
    text = form.q.data or ""
    is_bound = actor.role is Role.PLANNER
    found = [] if is_bound and actor.supplier_id is None else _found(actor, text)
    saw(*(one.id for one in found))
    return render_template(
        "papers/who_calls.html",
        form=form,
        text=text,
        searched=is_long_enough(text),
        found=[(one, _where(one)) for one in found[:MOST_FOUND]],
        is_cut=len(found) > MOST_FOUND,
    )


def _found(actor: Actor, text: str) -> list[Any]:
    supplier_id = actor.supplier_id if actor.role is Role.PLANNER else None
    return list(who_calls(text, supplier_id))


@bp.get("/borgere/<uuid:citizen_id>/opkald")
@requires(Action.TAKE_CALL, purpose="take_call")
def call(citizen_id: UUID) -> ResponseReturnValue:
    """Show all that can be done for whoever calls, each with one more tap."""
    actor, now, today = current_actor(), clock.now(), clock.today()
    citizen = get_citizen(citizen_id)
    near = reach(citizen, today)
    authorise(actor, Action.TAKE_CALL, near)
    saw(citizen_id)
    key_state = facts_of(citizen_id).state
    return render_template(
        "papers/call.html",
        citizen=citizen,
        where=_where(citizen),
        phone_number=phone_of(citizen),
        card=card_seen(citizen, now),
        trips=[trip_shown(row, actor, now, today) for row in next_trips(citizen_id, now)],
        near=near,
        may_answer=may(actor, Action.ANSWER_OFFER, near),
        offers=[(offer_shown(row, now), _two_keys()) for row in offers_of(citizen_id)],
        may_book=may(actor, Action.BOOK_TRIP, near),
        may_see_relatives=may(actor, Action.SEE_RELATIVES, near),
        may_make_genuine=may(actor, Action.MAKE_GENUINE, near),
        open_card=find_open_card(citizen_id),
        may_ask=may(actor, Action.ASK_FOR_DATA, near),
        may_choose=may(actor, Action.CHOOSE_CHANNEL, near),
        may_write=may(actor, Action.MAKE_PAPERS),
        has_card=key_state in (KeyState.LIVE, KeyState.LOCKED),
        is_locked=key_state is KeyState.LOCKED,
        may_print=may(actor, Action.PRINT_CARD, near),
        keys=_keys(),
    )


def _two_keys() -> tuple[str, str]:
    """Return a key for a yes and one for a no."""
    return str(uuid4()), str(uuid4())


def _keys() -> dict[str, Any]:
    """Return a key for each button that is pressed here."""
    names = ("lost", "open", "letter")
    return {name: str(uuid4()) for name in names}


def _running(citizen_id: UUID) -> list[tuple[UUID, str, bool]]:
    """Return the citizen's open cards, each with its scheme's name and whether less time can be
    given: a course has none.
    """
    found = with_names([card for card in list_cards_of(citizen_id) if card.closed_on is None])
    return [
        (card.id, scheme, not is_course(current_terms(card, max(clock.today(), card.opened_on))))
        for scheme, card in found
    ]


@bp.get("/borgere/<uuid:citizen_id>/breve")
@requires(Action.SEE_LETTERS, purpose="law_letters")
def of_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show a citizen's letters of the law, and where decisions are written."""
    citizen, actor = get_citizen(citizen_id), current_actor()
    near = reach(citizen, clock.today())
    authorise(actor, Action.SEE_LETTERS, near)
    saw(citizen_id)
    return render_template(
        "papers/of_citizen.html",
        citizen=citizen,
        letters=letters_shown(letters.of_citizen(citizen_id), clock.now()),
        cards=_running(citizen_id),
        may_decide=may(actor, Action.GRANT_CARD, near),
        may_print=may(actor, Action.MAKE_PAPERS),
    )
