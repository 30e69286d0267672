"""Composing a letter of the law from what was decided: what, why, by which law, complaint."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import address_of
from klippekort.domain.calendar import local_day
from klippekort.domain.papers.law import Due, LetterKind
from klippekort.domain.plans import SCHEME_PAUSE
from klippekort.domain.schemes import UNDECIDED, Pause, Terms
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.queries.rules import get_rules, own_words
from klippekort.papers.services.titles import ONE_MORE, ONE_MORE_REASON, TITLES
from klippekort.papers.services.wording import (
    BOOKED_TRIPS,
    SCHEME_PAUSED,
    WHY,
    amount,
    amount_before,
    rests,
    say,
    until_words,
    weeks,
)
from klippekort.platform.formatting import full_day, phone
from klippekort.platform.i18n import _, force_locale
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.forms.own_words import own_word


@dataclass(frozen=True)
class Decided:
    """What was decided about one card: from which day, why (a code, and words), how much time.

    `minutes` is what a period gives from that day on, `before` what it gave until then, and `steps`
    the days after it from which the card gives other minutes. `pause` is what the terms say of a
    card that rests. A card that `is_one_more` ran already, for another reason. One who `has_trips`
    has some that are booked.
    """

    kind: LetterKind
    from_on: date
    reason: str = ""
    words: str = ""
    minutes: int | None = None
    before: int | None = None
    until_on: date | None = None
    pause: Pause | None = None
    steps: tuple[tuple[date, int], ...] = ()
    is_one_more: bool = False
    has_trips: bool = False


@dataclass(frozen=True)
class Body:
    """A letter as it is settled: everything that stands on it, in order."""

    to: tuple[str, ...]
    title: str
    said: tuple[str, ...]
    reasons: tuple[str, ...]
    law: str
    complaint: str
    day: str
    sender: str
    signed_by: str
    phone: str
    phone_hours: str
    case_ref: str

    def to_json(self) -> str:
        """Return it as text, for sealing."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_body(text: str) -> Body:
    """Return a letter from the text it was sealed as."""
    said: dict[str, Any] = json.loads(text)
    for name in ("to", "said", "reasons"):
        said[name] = tuple(said[name])
    return Body(**said)


def compose(
    citizen: Citizen, terms: Terms, decided: Decided, due: Due, case_ref: str, *, now: datetime
) -> Body:
    """Return the letter in Danish, whatever language the one who decided it reads.

    It has no reasons where the code needs words and nobody has written any.
    """
    with force_locale(LOCALES["da"]):
        return _compose(citizen, terms, decided, due, case_ref, now)


def _compose(
    citizen: Citizen, terms: Terms, decided: Decided, due: Due, case_ref: str, now: datetime
) -> Body:
    home, rules, own = get_municipality(current_municipality()), get_rules(), own_words()
    number = phone(home.phone) if home.phone else ""
    values = {
        "name": citizen.name,
        "card": terms.words.card,
        "day": full_day(decided.from_on),
        "until": full_day(decided.until_on) if decided.until_on else "",
        "amount": amount(_minutes(decided, terms), terms),
        "before": amount_before(decided.before, terms),
        "rests": rests(decided.pause),
        "trips": str(BOOKED_TRIPS) if decided.has_trips else "",
        "basis": "" if terms.law.basis == UNDECIDED else terms.law.basis,
        "weeks": weeks(),
        "complaint_to": rules.complaint_to or home.name,
        "phone": number or str(_("your municipality")),
        "municipality": home.name,
    }
    part = _part(decided)
    said = [say(part, values, own).rstrip()]
    if decided.kind is LetterKind.GRANT:
        said += _for_how_long(decided, terms, values)
    if decided.kind is LetterKind.PAUSE:
        said.append(until_words(values["until"], is_scheme=part == SCHEME_PAUSED))
    return Body(
        to=_address(citizen),
        title=_title(decided, due),
        said=tuple(said),
        reasons=reasons_of(decided, terms),
        law=say("law", values, own) if values["basis"] else "",
        complaint=say("complaint", values, own) if due.can_complain else "",
        day=full_day(local_day(now)),
        sender=home.name,
        signed_by=rules.signed_by,
        phone=number,
        phone_hours=home.phone_hours or "",
        case_ref=case_ref,
    )


def _part(decided: Decided) -> str:
    """Return the part of our words that tells what was decided."""
    if decided.is_one_more:
        return ONE_MORE
    is_scheme = decided.kind is LetterKind.PAUSE and decided.reason == SCHEME_PAUSE
    return SCHEME_PAUSED if is_scheme else decided.kind.value


def _for_how_long(decided: Decided, terms: Terms, values: Mapping[str, str]) -> list[str]:
    """Return what a card gave before, its last day or its reason's, and what changes on the way."""
    said = [values["before"]] if decided.is_one_more and values["before"] else []
    if decided.until_on and decided.is_one_more:
        said.append(str(_("That reason holds until and including %(day)s.", day=values["until"])))
    elif decided.until_on:
        said.append(str(_("The last day is %(day)s.", day=values["until"])))
    for day, minutes in decided.steps:
        if told := amount(minutes, terms):
            said.append(str(_("From %(day)s: %(amount)s", day=full_day(day), amount=told)))
    return said


def _title(decided: Decided, due: Due) -> str:
    title = str(ONE_MORE_REASON if decided.is_one_more else TITLES[decided.kind])
    return str(_("Decision: %(title)s", title=title)) if due.is_decision else title


def _minutes(decided: Decided, terms: Terms) -> int | None:
    if decided.minutes is not None:
        return decided.minutes
    said = terms.allowance.minutes
    return said if isinstance(said, int) else None


def reasons_of(decided: Decided, terms: Terms) -> tuple[str, ...]:
    """Return why, a paragraph each: what the code says, or which target group, and what was
    written.
    """
    code = WHY.get((decided.kind, decided.reason))
    if decided.kind is LetterKind.GRANT and decided.reason in terms.target_groups:
        group = own_word(decided.reason)
        code = _("You belong to one of the scheme's groups: %(group)s.", group=group)
    return tuple(said for said in (str(code) if code else "", decided.words.strip()) if said)


def _address(citizen: Citizen) -> tuple[str, ...]:
    street = address_of(citizen)
    town = f"{citizen.postcode or ''} {citizen.town or ''}".strip()
    return tuple(line for line in (citizen.name, street, town) if line)
