"""Deciding about letters: where they are filed, who takes complaints, and what they say."""

from datetime import datetime

from klippekort.domain.messages import wording
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.papers.models import LetterWording, PaperRules
from klippekort.papers.queries.rules import find_rules, find_words
from klippekort.papers.services.wording import PARTS
from klippekort.platform import audit
from klippekort.platform.db import db


def set_rules(
    actor: Actor, *, kle: str | None, complaint_to: str, signed_by: str, week_letters: bool
) -> None:
    """Decide under which number letters are filed, who takes complaints, who signs, and whether
    week letters are made by themselves.
    """
    authorise(actor, Action.SET_PAPERS)
    row = find_rules()
    if row is None:
        row = PaperRules()
        db.session.add(row)
    row.kle, row.complaint_to = kle or None, complaint_to
    row.signed_by, row.week_letters = signed_by, week_letters
    db.session.flush()
    audit.record(actor, Action.SET_PAPERS, "paper_rules", row.id)


def set_words(actor: Actor, part: str, text: str, *, now: datetime) -> None:
    """Say one part of letters in the municipality's own words; empty words bring ours back.

    Raises UnknownName and LooseBrace.
    """
    authorise(actor, Action.SET_PAPERS)
    wording.check(text, PARTS[part].names)
    row = find_words(part)
    if not text:
        if row is not None:
            db.session.delete(row)
        audit.record(actor, Action.SET_PAPERS, "letter_wording", None, part=part, how="ours")
        return
    if row is None:
        row = LetterWording(part=part)
        db.session.add(row)
    row.text, row.changed_at, row.changed_by = text, now, actor.account_id
    db.session.flush()
    audit.record(actor, Action.SET_PAPERS, "letter_wording", row.id, part=part, how="own")
