"""What a slip that comes back says, done as if she had said it herself; the same slip once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Stale, Undecided
from klippekort.domain.papers.codes import read_code
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.trips import ACTIVE, CancelReason, Cause
from klippekort.messages.queries import find_message
from klippekort.messages.services import queue_call
from klippekort.papers.models import ReplySlip
from klippekort.papers.queries import slips as queries
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.trips.queries.trips import get_trip
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.history import BY_LETTER
from klippekort.waiting.queries.offers import get_offer
from klippekort.waiting.services.answers import accept_offer, decline_offer
from klippekort.waiting.services.holding import call_key
from klippekort.waiting.services.wishes import WishFacts, make_wish

CALL_ABOUT_SLIP, CALL_BACK = "slip_unanswered", "slip_call_back"
WISH, RING = "wish", "ring"


class UnknownCode(DomainError):
    """No slip has this code, though it could be one."""


class SlipOver(DomainError):
    """The slip is of a week that is over."""


class BothAnswers(DomainError):
    """Yes and no are both ticked for the same offer."""


class NothingTicked(DomainError):
    """No box is ticked."""


@dataclass(frozen=True)
class Ticked:
    """What is ticked on a slip: the names of boxes, and what is written on the line for a wish."""

    boxes: frozenset[str] = frozenset()
    wish: str = ""


@dataclass
class Outcome:
    """What came of each box: `done`, or why not: `over`, `ask` where a person must decide."""

    said: dict[str, str] = field(default_factory=dict)
    was_known: bool = False


def find(actor: Actor, typed: str, *, now: datetime) -> ReplySlip:
    """Return the slip whose code somebody has typed.

    Raises UnreadableCode, UnknownCode, Forbidden. One that is over is found too, so that its page
    can say whose it was.
    """
    slip = queries.find_slip(read_code(typed))
    if slip is None:
        raise UnknownCode
    citizen = get_citizen(slip.citizen_id)
    authorise(actor, Action.TYPE_REPLY, reach(citizen, local_day(now)))
    return slip


def take(actor: Actor, slip_id: UUID, ticked: Ticked, *, now: datetime) -> dict[str, Any]:
    """Do what is ticked on a slip, and return what came of each box, by its name.

    A slip that was taken before changes nothing. What cannot be done by itself (a trip that is
    over, an offer somebody else has answered, a charge nobody has decided) is a call to her. Raises
    SlipOver, BothAnswers, NothingTicked, Forbidden, NotFound.
    """
    slip = queries.lock_slip(slip_id)
    citizen = get_citizen(slip.citizen_id)
    authorise(actor, Action.TYPE_REPLY, reach(citizen, local_day(now)))
    if slip.state == "answered":
        return {"said": {}, "was_known": True}
    if slip.ends_at <= now:
        raise SlipOver
    boxes = {box["box"]: box for box in slip.boxes}
    chosen = [boxes[name] for name in sorted(ticked.boxes) if name in boxes]
    if not chosen and not ticked.wish.strip():
        raise NothingTicked
    _check_answers(chosen)
    outcome = Outcome()
    for box in chosen:
        if box["kind"] not in (WISH, RING):
            outcome.said[box["box"]] = _do(actor, slip, box, now)
    if ticked.wish.strip() or WISH in {box["kind"] for box in chosen}:
        outcome.said[WISH] = _wish(actor, slip, ticked.wish.strip(), now)
    needs_call = RING in {box["kind"] for box in chosen} or set(outcome.said.values()) - {"done"}
    if needs_call:
        _have_called(slip, CALL_BACK, citizen.supplier_id, now)
        outcome.said[RING] = "done"
    slip.state, slip.answered_at, slip.answered_by = "answered", now, actor.account_id
    slip.ticked = sorted(outcome.said)
    db.session.flush()
    audit.record(
        actor,
        Action.TYPE_REPLY,
        "reply_slip",
        slip_id,
        citizens=[slip.citizen_id],
        boxes=slip.ticked,
    )
    return {"said": outcome.said, "was_known": False}


def _check_answers(chosen: Collection[dict[str, Any]]) -> None:
    yes = {box["id"] for box in chosen if box["kind"] == "yes"}
    if yes & {box["id"] for box in chosen if box["kind"] == "no"}:
        raise BothAnswers


def _do(actor: Actor, slip: ReplySlip, box: dict[str, Any], now: datetime) -> str:
    """Do what one box says, all or nothing, and return what came of it."""
    about = UUID(box["id"])
    try:
        with db.session.begin_nested():
            match box["kind"]:
                case "cannot":
                    return _cancel(actor, slip.citizen_id, about, now)
                case "yes":
                    accept_offer(actor, about, agreed_how="letter", now=now)
                case "no":
                    decline_offer(actor, about, now=now)
    except (Undecided, BothAnswers):
        return "ask"
    except (DomainError, NotFound):
        return "over"
    return "done"


def _cancel(actor: Actor, citizen_id: UUID, trip_id: UUID, now: datetime) -> str:
    row = get_trip(trip_id, citizen_id)
    if row.state not in ACTIVE or row.starts_at <= now:
        raise Stale
    cancel_trip(
        actor,
        trip_id,
        cause=Cause.CITIZEN,
        reason=CancelReason.OTHER,
        citizen_id=citizen_id if row.others else None,
        by=BY_LETTER,
        now=now,
    )
    return "done"


def _wish(actor: Actor, slip: ReplySlip, words: str, now: datetime) -> str:
    if not words:
        return "ask"
    try:
        with db.session.begin_nested():
            make_wish(actor, slip.citizen_id, WishFacts(words, agreed_how="letter"), now=now)
    except DomainError:
        return "over"
    return "done"


def _have_called(slip: ReplySlip, kind: str, supplier_id: UUID, now: datetime) -> None:
    queue_call(
        f"{kind}:{slip.id}",
        kind,
        citizen_id=slip.citizen_id,
        supplier_id=supplier_id,
        facts={},
        due_at=now,
        now=now,
    )


def call_about(slip_id: UUID, *, now: datetime) -> bool:
    """Have somebody call about a slip that did not come back though it asked something, and say
    whether anybody needs to.

    Nobody does when each offer on it is answered, or stands on the call list already.
    """
    slip = queries.lock_slip(slip_id)
    if slip.state != "open" or slip.answer_by > now:
        return False
    slip.state = "called"
    db.session.flush()
    if is_gone(slip.citizen_id) or not any(_is_asked(box) for box in slip.boxes):
        return False
    supplier_id = get_citizen(slip.citizen_id).supplier_id
    _have_called(slip, CALL_ABOUT_SLIP, supplier_id, now)
    return True


def _is_asked(box: dict[str, Any]) -> bool:
    if box["kind"] != "yes":
        return False
    try:
        row = get_offer(UUID(box["id"]))
    except NotFound:
        return False
    call = find_message(call_key(row.offer.id))
    is_called = call is not None and (call.channel, call.state) == ("call", "queued")
    return row.is_open and not is_called
