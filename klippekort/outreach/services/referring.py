"""Word of somebody from outside: a doctor, a nurse, a relative, a visit, or the citizen herself."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Consent, Source, check_told
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.outreach.models import OutreachNotice
from klippekort.outreach.queries.cases import find_alike, told_since
from klippekort.outreach.queries.terms import Terms, get_terms
from klippekort.outreach.services.errors import NotPublic
from klippekort.outreach.services.opening import case_for, keep_consent
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys
from klippekort.volunteers.services import TooManyAsk

MOST_AN_HOUR = 30


@dataclass(frozen=True)
class Told:
    """What somebody told us: by whom, about whom, and whether they would like an answer.

    `about` is a name and how she is reached, where she is not yet found among the citizens.
    `teller` is a name and how they are reached; nobody's where she asks herself.
    """

    source: Source
    received_on: date
    about: str = ""
    words: str = ""
    teller: str = ""
    consent: Consent = Consent.NOT_ASKED
    wants_answer: bool = False
    signs: tuple[str, ...] = ()
    citizen_id: UUID | None = None


def refer(actor: Actor, told: Told, *, now: datetime) -> str | None:
    """Keep word of somebody, and return the id of its case.

    On the public page the same word twice is kept once, and nothing says so: None. Raises
    InTheFuture and TooFar for its day, TooManyAsk and NotPublic on the public page, CitizenGone,
    Forbidden and NotFound.
    """
    today, terms = local_day(now), get_terms()
    citizen = lock_citizen(told.citizen_id) if told.citizen_id else None
    authorise(actor, Action.REFER, reach(citizen, today) if citizen else None)
    if citizen is not None:
        must_be_here(citizen.id)
    check_told(told.received_on, today)
    likeness = None
    if actor.role is Role.SYSTEM:
        likeness = _likeness(actor.municipality_id, told)
        _check_public(terms)
        if find_alike(likeness) is not None:
            return None
        if told_since(now - timedelta(hours=1)) >= MOST_AN_HOUR:
            raise TooManyAsk
    case = case_for(told.citizen_id, told.source, told.consent, terms, now)
    _keep(actor, told, case.id, citizen, likeness, terms, now)
    keep_consent(actor, case, told.consent, terms, now)
    audit.record(
        actor,
        Action.REFER,
        "outreach_case",
        case.id,
        citizens=[citizen.id] if citizen else [],
        source=told.source,
        consent=told.consent,
    )
    return str(case.id)


def _check_public(terms: Terms) -> None:
    if not terms.is_public:
        raise NotPublic


def _likeness(municipality_id: int, told: Told) -> str:
    said = "|".join((told.source, told.about, told.words, told.teller))
    plain = unicodedata.normalize("NFC", "".join(said.casefold().split()))
    return keys().blind_index(municipality_id, f"outreach|{plain}")


def _keep(
    actor: Actor,
    told: Told,
    case_id: UUID,
    citizen: Citizen | None,
    likeness: str | None,
    terms: Terms,
    now: datetime,
) -> None:
    notice_id, words = new_id(), told.words.strip()
    if citizen is not None:
        sealed = seal(citizen, notice_id, "outreach_words", words)
    else:
        sealed = sealed_text(actor, notice_id, "words", words)
    wants = told.wants_answer and bool(told.teller.strip())
    by = local_day(now) + timedelta(days=terms.pace.answer_days) if wants else None
    db.session.add(
        OutreachNotice(
            id=notice_id,
            case_id=case_id,
            citizen_id=citizen.id if citizen else None,
            source=told.source,
            channel="public" if actor.role is Role.SYSTEM else "typed",
            consent=told.consent,
            noticed_on=told.received_on,
            recorded_at=now,
            recorded_by=actor.account_id,
            signs=list(terms.signs.known(told.signs)),
            words_sealed=sealed,
            about_sealed=None if citizen else sealed_text(actor, notice_id, "about", told.about),
            teller_sealed=sealed_text(actor, notice_id, "teller", told.teller),
            likeness=likeness,
            answer_by=by,
        )
    )
    db.session.flush()


def sealed_text(actor: Actor, notice_id: UUID, column: str, text: str) -> bytes | None:
    """Return words about nobody known yet, sealed for one column of one notice; none for none."""
    said = text.strip()
    if not said:
        return None
    return keys().seal_secret(said, Place(actor.municipality_id, notice_id, column))
