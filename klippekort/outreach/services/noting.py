"""Noting what one has seen with a citizen, in thirty seconds."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Consent, Source, check_told
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.outreach.models import OutreachNotice
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.services.errors import NothingNoted
from klippekort.outreach.services.opening import case_for, keep_consent
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


@dataclass(frozen=True)
class Noted:
    """What somebody has noticed: signs by key, a word, and the citizen's yes or no to contact."""

    citizen_id: UUID
    signs: tuple[str, ...]
    words: str = ""
    consent: Consent = Consent.NOT_ASKED
    on: date | None = None


def note(actor: Actor, noted: Noted, *, now: datetime, channel: str = "page") -> str:
    """Keep what somebody noticed with a citizen of theirs, and return the id of its case.

    Signs the municipality does not know are left out. Raises NothingNoted without a sign or a word,
    InTheFuture and TooFar for its day, CitizenGone, Forbidden
    and NotFound.
    """
    today = local_day(now)
    citizen = lock_citizen(noted.citizen_id)
    authorise(actor, Action.NOTE_SIGNS, reach(citizen, today))
    must_be_here(citizen.id)
    terms = get_terms()
    signs, words = terms.signs.known(noted.signs), noted.words.strip()
    if not signs and not words:
        raise NothingNoted
    on = noted.on or today
    check_told(on, today)
    case = case_for(citizen.id, Source.STAFF, noted.consent, terms, now)
    notice_id = new_id()
    db.session.add(
        OutreachNotice(
            id=notice_id,
            case_id=case.id,
            citizen_id=citizen.id,
            source=Source.STAFF,
            channel=channel,
            consent=noted.consent,
            noticed_on=on,
            recorded_at=now,
            recorded_by=actor.account_id,
            signs=list(signs),
            words_sealed=seal(citizen, notice_id, "outreach_words", words),
        )
    )
    keep_consent(actor, case, noted.consent, terms, now)
    db.session.flush()
    audit.record(
        actor,
        Action.NOTE_SIGNS,
        "outreach_case",
        case.id,
        citizens=[citizen.id],
        consent=noted.consent,
    )
    return str(case.id)
