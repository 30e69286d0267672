"""People who read on paper, letters of the law and a slip, for tests and the walk over pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from klippekort.accounts.models import CareWorker
from klippekort.activities.models import Activity, Place
from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.sealed import facts_of
from klippekort.citizens.services.records import change_citizen
from klippekort.domain.calendar import instant, local_day, monday
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.papers.law import LetterKind
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Law, Terms
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.municipalities.queries import lock_municipality
from klippekort.papers import jobs
from klippekort.papers.forms.week_letter import pile_html
from klippekort.papers.models import LawLetter, LetterBatch, ReplySlip
from klippekort.papers.queries.letters import get_batch
from klippekort.papers.services import batches, weeks
from klippekort.papers.services.composing import Decided
from klippekort.papers.services.letters import make_pile, write
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for, current_municipality
from klippekort.punchcards.queries.cards import get_card
from klippekort.punchcards.queries.schemes import list_versions
from klippekort.punchcards.services.changes import in_force
from klippekort.waiting.services.holding import Because, Want, try_offer
from tests.builders import DECIDED, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast

LAWFUL: Terms = replace(DECIDED, law=Law("serviceloven § 83", decision=True))
LONG = "Fællessang med kaffe og hjemmebag i sognegården"


@contextmanager
def folders(app: Flask, **places: Path) -> Iterator[None]:
    """Let the app lay its papers in these folders."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, **places)
    try:
        yield
    finally:
        app.extensions["settings"] = before


def reads_on_paper(actor: Actor, citizen_id: UUID, now: datetime) -> None:
    """Let a citizen have chosen letters."""
    wanted: dict[Purpose, Channel | None] = {Purpose.REMINDER: Channel.LETTER}
    with acting_for(HOME):
        execute(choose_channels, actor, Recipient(CITIZEN, citizen_id), wanted, now=now)


def week_after(now: datetime) -> date:
    """Return the Monday after."""
    return monday(local_day(now)) + timedelta(days=7)


def on_day(now: datetime, days: int) -> datetime:
    """Return an afternoon so many days into the week after."""
    return instant(week_after(now) + timedelta(days=days), time(14))


def a_busy_week(cast: Cast, now: datetime, *, trips: int = 2, offers: int = 1) -> list[UUID]:
    """Give Ellen a card, trips in the week after, and offers that there is time to answer by post;
    return the trips.
    """
    a_card(cast, cast.ellen, 900 if offers > 2 else 600, now=now)
    made = []
    for place, title in zip(range(trips), ("Kortspil", LONG, "Banko"), strict=False):
        starts_at = on_day(now, place)
        a_shift(cast.bo, local_day(starts_at))
        occurrence = an_occurrence(starts_at, title=title)
        made.append(a_trip(cast.karen, cast.ellen, occurrence, cast.bo, now=now))
    for place in range(offers):
        starts_at = on_day(now, 8 + place)
        a_shift(cast.bo, local_day(starts_at))
        occurrence = an_occurrence(starts_at, title=f"Koncert {place + 1} i kulturhuset ved søen")
        with acting_for(HOME):
            want = Want(get_citizen(cast.ellen), occurrence, "wish")
            assert isinstance(execute(try_offer, want, Because(), hours=80, now=now), UUID)
    return made


def long_words(cast: Cast) -> None:
    """Let all that stands on Ellen's papers be as long as it may be, or nearly."""

    def write() -> None:
        home = lock_municipality(HOME)
        home.name = "Ringkøbing-Skjern Kommune, Center for Fællesskab"
        for activity in db.session.scalars(select(Activity)):
            activity.bring = "varmt overtøj, gode gummistøvler"
        for place in db.session.scalars(select(Place)):
            place.name, place.address = "Medborgerhuset i den gamle skole", "Vestergade 112, 1. th."
        for worker in db.session.scalars(select(CareWorker)):
            worker.name = "Marianne Wæver-Mikkelsen, Hjemmeplejen Nord og Vest"

    with acting_for(HOME):
        execute(write)
        facts = replace(
            facts_of(get_citizen(cast.ellen)),
            first_name="Karen Margrethe",
            last_name="Østergaard Lauridsen-Brøndum",
            address="Gammel Ringkøbing Landevej 112, 3. tv.",
            postcode="6950",
            town="Ringkøbing",
        )
        execute(change_citizen, cast.asta, cast.ellen, facts, clock.now())


def a_slip(cast: Cast, now: datetime) -> tuple[str, UUID]:
    """Print Ellen's week letter, and return the code on its slip and the slip's id."""
    week_on = week_after(now)
    with acting_for(HOME):
        _html, made = pile_html([cast.ellen], week_on, now=now)
        slip = made[0][1]

        def keep() -> UUID:
            row = weeks.slip_row(cast.ellen, slip, None, now)
            db.session.add(row)
            db.session.flush()
            return row.id

        return slip.code, execute(keep)


def law_letters() -> list[LawLetter]:
    """Return all letters of the law, oldest first."""
    with acting_for(HOME):
        found = select(LawLetter).order_by(LawLetter.made_at, LawLetter.id)
        return list(db.session.scalars(found.execution_options(populate_existing=True)))


def slip_row(slip_id: UUID) -> ReplySlip:
    """Return a slip as it stands."""
    with acting_for(HOME):
        found = select(ReplySlip).filter_by(id=slip_id)
        return db.session.scalars(found.execution_options(populate_existing=True)).one()


def work(now: datetime, *names: str) -> None:
    """Let the worker do these of its jobs."""
    with acting_for(HOME):
        for name in names:
            run: Any = next(job.run for job in jobs.JOBS if job.name == name)
            outcome = run(local_day(now), now)
            assert outcome.failed == 0, outcome.last_error


def papers_of(
    coordinator: Actor, assessor: Actor, citizen_id: UUID, card_id: UUID
) -> dict[str, tuple[str, ...]]:
    """Have letters, a pile, a batch and a slip in the municipality at hand, and return the values
    of the addresses of their pages.
    """
    now = clock.now()
    week_on, scheme_id = week_after(now), get_card(card_id).scheme_id
    run_id = execute(weeks.begin_one, coordinator, week_on, citizen_id, now=now)
    jobs.make_letters(UUID(run_id))
    _html, made = pile_html([citizen_id], week_on, now=now)

    def keep() -> tuple[str, str, str]:
        slip = weeks.slip_row(citizen_id, made[0][1], None, now)
        terms = in_force(scheme_id, local_day(now))
        version = list_versions(scheme_id)[0]
        batch = LetterBatch(
            id=new_id(),
            scheme_id=scheme_id,
            version_id=version.id,
            from_on=local_day(now),
            made_at=now,
        )
        db.session.add_all([slip, batch])
        db.session.flush()
        lawful = replace(terms, law=LAWFUL.law)
        decided = Decided(LetterKind.DECLINE, local_day(now), "declined", "Du kommer selv ud.")
        ids = []
        for cause in ("site:1", "site:2"):
            row = write(assessor, citizen_id, lawful, decided, cause=cause, now=now)
            assert row is not None
            ids.append(str(row.id))
        sent = db.session.get_one(LawLetter, (current_municipality(), UUID(ids[1])))
        sent.state, sent.how, sent.sent_at = "sent", "paper", now
        db.session.flush()
        return str(slip.id), str(batch.id), ids[0]

    slip_id, batch_id, letter_id = execute(keep)
    pile_id = execute(make_pile, coordinator, now=now)
    return {
        "run_id": (run_id,),
        "slip_id": (slip_id,),
        "batch_id": (batch_id,),
        "letter_id": (letter_id,),
        "letter_part": ("complaint", "grant"),
        "papers.law_pile:pile_id": (pile_id,),
        "papers.day_list_pdf:day": (local_day(now).isoformat(),),
        "papers.batch_letter:card_id": (str(batches.told(get_batch(UUID(batch_id)))[0][0]),),
    }
