"""Lines, cases and reasons as pages show them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for

from klippekort.domain.outreach.offers import Become
from klippekort.domain.outreach.rules import Key, Reason
from klippekort.domain.permissions import Role
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.outreach.forms.words import RULES
from klippekort.platform.auth import current_actor
from klippekort.platform.formatting import day, duration, full_day
from klippekort.platform.i18n import _, ngettext

ROWS = 25


@dataclass(frozen=True)
class Leaf:
    """One page of a list, and the pages beside it."""

    rows: Sequence[Any]
    words: str
    previous_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: one supplier, one district, one reason; None for all."""

    supplier_id: UUID | None
    district_id: UUID | None
    reason: Key | None

    def as_query(self) -> dict[str, str]:
        """Return them as they stand in the address."""
        said = {
            "leverandoer": self.supplier_id,
            "distrikt": self.district_id,
            "grund": self.reason,
        }
        return {name: str(value) for name, value in said.items() if value is not None}


def filters() -> Filters:
    """Return what the address asks for; a planner's supplier is always their own."""
    return Filters(
        own_supplier() or _id(request.args.get("leverandoer", "")),
        _id(request.args.get("distrikt", "")),
        _key(request.args.get("grund", "")),
    )


def own_supplier() -> UUID | None:
    """Return the supplier a planner is held to, or None for one who sees all."""
    actor = current_actor()
    if actor.role is not Role.PLANNER:
        return None
    return actor.supplier_id or UUID(int=0)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _key(text: str) -> Key | None:
    return Key(text) if text in set(Key) else None


def places() -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return the names of suppliers and districts; a planner's own supplier alone."""
    own = own_supplier()
    suppliers = {row.id: row.name for row in list_suppliers() if own in (None, row.id)}
    return suppliers, {row.id: row.name for row in list_districts()}


def portion(found: Sequence[Any], first: int, count: int) -> Sequence[Any]:
    return found[first : first + count]


def leaf(
    found: Sequence[Any],
    endpoint: str,
    part: Callable[[Sequence[Any], int, int], Sequence[Any]],
    **values: Any,
) -> Leaf:
    """Return the page of a list that ?side= asks for; `part` takes so many from one on."""
    last = max(1, -(-len(found) // ROWS))
    number = min(max(1, request.args.get("side", 1, type=int)), last)
    first = (number - 1) * ROWS
    words = _(
        "%(first)s–%(last)s of %(total)s",
        first=min(first + 1, len(found)),
        last=min(first + ROWS, len(found)),
        total=len(found),
    )
    before, after = (
        url_for(endpoint, side=page, **values) if 1 <= page <= last else None
        for page in (number - 1, number + 1)
    )
    return Leaf(part(found, first, ROWS), words, before, after)


def reason_words(reason: Reason, today: date) -> str:
    """Return why somebody stands on the list, in one sentence."""
    said = RULES[reason.key][0]
    number = reason.number or 0
    on = full_day(reason.on) if reason.on else ""
    match reason.key:
        case Key.LAPSING:
            return str(
                _(
                    "%(time)s is lost from %(day)s",
                    time=duration(number),
                    day=day(reason.on, today) if reason.on else "",
                )
            )
        case Key.UNUSED:
            return str(_("%(time)s on the card lies unused", time=duration(number)))
        case Key.SIGNS:
            noticed = ngettext("%(num)s sign was noticed", "%(num)s signs were noticed", number)
            return str(_("%(noticed)s, last %(day)s", noticed=noticed, day=on))
        case Key.CANCELLED_BY_US:
            return str(
                ngettext(
                    "We have cancelled %(num)s time, last %(day)s",
                    "We have cancelled %(num)s times, last %(day)s",
                    number,
                    day=on,
                )
            )
        case Key.NEVER_ASKED:
            return str(_("Has never been asked. Known since %(day)s", day=on))
        case Key.NOTHING_ATTENDED if reason.on is None:
            return str(_("Has not been anywhere that we know of"))
        case _:
            return f"{said}: {on}" if on else str(said)


def become_words(found: Become | None, minutes: int, today: date) -> str | None:
    """Return what minutes could become, as one would say it: "2 hours = Ellen's café twice"."""
    if found is None:
        return None
    what = (
        _("%(title)s with %(host)s", title=found.title, host=found.host)
        if found.host
        else (found.title)
    )
    times = ngettext("once", "%(num)s times", found.times)
    return str(
        _(
            "%(time)s = %(what)s, %(times)s. First on %(day)s.",
            time=duration(minutes),
            what=what,
            times=times,
            day=day(found.on, today),
        )
    )
