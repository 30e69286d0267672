"""Composing a letter of the law from what was decided: what, why, by which law, complaint."""

import json
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
from klippekort.papers.services.titles import TITLES
from klippekort.papers.services.wording import (
    SCHEME_PAUSED,
    WHY,
    amount,
    rests,
    say,
    until_words,
    weeks,
)
from klippekort.platform.formatting import full_day, phone
from klippekort.platform.i18n import _, force_locale
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import current_municipality


@dataclass(frozen=True)
class Decided:
    """What was decided about one card: from which day, why (a code, and words), how much time.

    `pause` is what the terms say of a card that rests.
    """

    kind: LetterKind
    from_on: date
    reason: str = ""
    words: str = ""
    minutes: int | None = None
    before: int | None = None
    until_on: date | None = None
    pause: Pause | None = None


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
        "before": amount(decided.before, terms),
        "rests": rests(decided.pause),
        "basis": "" if terms.law.basis == UNDECIDED else terms.law.basis,
        "weeks": weeks(),
        "complaint_to": rules.complaint_to or home.name,
        "phone": number or str(_("your municipality")),
        "municipality": home.name,
    }
    is_scheme = decided.kind is LetterKind.PAUSE and decided.reason == SCHEME_PAUSE
    said = [say(SCHEME_PAUSED if is_scheme else decided.kind.value, values, own)]
    if decided.kind is LetterKind.GRANT and decided.until_on:
        said.append(str(_("The last day is %(day)s.", day=values["until"])))
    if decided.kind is LetterKind.PAUSE:
        said.append(until_words(values["until"], is_scheme=is_scheme))
    return Body(
        to=_address(citizen),
        title=_title(decided.kind, due),
        said=tuple(said),
        reasons=reasons_of(decided),
        law=say("law", values, own) if values["basis"] else "",
        complaint=say("complaint", values, own) if due.can_complain else "",
        day=full_day(local_day(now)),
        sender=home.name,
        signed_by=rules.signed_by,
        phone=number,
        phone_hours=home.phone_hours or "",
        case_ref=case_ref,
    )


def _title(kind: LetterKind, due: Due) -> str:
    title = str(TITLES[kind])
    return str(_("Decision: %(title)s", title=title)) if due.is_decision else title


def _minutes(decided: Decided, terms: Terms) -> int | None:
    if decided.minutes is not None:
        return decided.minutes
    said = terms.allowance.minutes
    return said if isinstance(said, int) else None


def reasons_of(decided: Decided) -> tuple[str, ...]:
    """Return why, a paragraph each: what the code says, and what was written."""
    code = WHY.get((decided.kind, decided.reason))
    return tuple(said for said in (str(code) if code else "", decided.words.strip()) if said)


def _address(citizen: Citizen) -> tuple[str, ...]:
    street = address_of(citizen)
    town = f"{citizen.postcode or ''} {citizen.town or ''}".strip()
    return tuple(line for line in (citizen.name, street, town) if line)
