"""A group with people, a meeting that was held and words on each of its pages, for the demo."""

from datetime import time, timedelta
from uuid import UUID

from klippekort.activities.queries import list_places
from klippekort.domain.calendar import local_day
from klippekort.domain.groups.forms import FORMS, Theme
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.permissions import Actor
from klippekort.groups import services
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.learning import proposals_of
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import list_interests
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.volunteers.services import anybody


def groups_and_people(coordinator: Actor, citizen_id: UUID) -> dict[str, tuple[str, ...]]:
    """Set a group up in the municipality at hand, with a citizen in it, and return the values of
    the addresses of its pages.
    """
    now = clock.now()
    group_id = _group(coordinator)
    member_id = UUID(execute(services.suggest, coordinator, group_id, citizen_id, now=now))
    execute(services.note_talk, coordinator, member_id, services.Talk(Outcome.FITS), now=now)
    execute(services.offer, coordinator, member_id, now=now)
    execute(services.answer, coordinator, member_id, says_yes=True, now=now)
    asked = services.Asked("20 12 34 56", "self", "Inge")
    waiting = UUID(execute(services.add_interest, coordinator, group_id, asked, now=now))
    meetings = [row.id for row in meetings_of(group_id)]
    execute(services.write_note, coordinator, group_id, "De hjælper hinanden.", now=now)
    execute(services.propose, coordinator, group_id, "ride", "En fælles bil.", now=now)
    execute(
        services.ask_for_group,
        anybody(),
        Theme.COMPANY,
        "20 12 34 57",
        language="da",
        source="self",
        now=now,
    )
    return {
        "form_code": ("leaderless",),
        "group_id": (str(group_id),),
        "member_id": (str(waiting),),
        "groups.leave:member_id": (str(member_id),),
        "meeting_id": (str(meetings[0]),),
        "interest_id": (str(list_interests()[0].id),),
        "proposal_id": (str(proposals_of(get_group(group_id))[0].id),),
    }


def _group(coordinator: Actor) -> UUID:
    """Make a group that meets a week from now, and return its id."""
    form, now = FORMS["convener"], clock.now()
    details = services.Details(
        neutral_name="Onsdagsgruppen",
        aim="At mødes",
        target="",
        place_id=list_places()[0].id,
        room="",
        online_url=None,
        welcome="Karin med det røde tørklæde",
        agreement_until=None,
        celebrates=True,
    )
    shape = services.Shape(
        form=form.code,
        theme=form.theme,
        anonymity=form.anonymity,
        language="da",
        smallest=form.smallest,
        largest=form.largest,
        meetings=form.meetings,
        rhythm_days=form.rhythm_days,
        minutes=form.minutes,
        facilitators=form.facilitators,
        months_since_loss=form.months_since_loss,
        open_until=form.open_until,
        first_on=local_day(now) + timedelta(days=7),
        starts=time(14),
        rules="Det, vi fortæller hinanden, bliver her.",
    )
    return UUID(execute(services.set_up, coordinator, details, shape, now=now))
