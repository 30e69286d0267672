"""A course on its way, with a check, a gift, and somebody to meet, for the demo."""

from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen
from klippekort.courses import services
from klippekort.courses.queries.checks import checks_of
from klippekort.courses.queries.courses import find_open
from klippekort.courses.queries.gifts import open_gifts
from klippekort.courses.queries.suggestions import suggestions_for
from klippekort.domain.calendar import local_day
from klippekort.domain.courses import Phase
from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.volunteers.models import Volunteer

SAID = {
    "agrees": "yes",
    "interests": ["cards", "music", "walk", "meal", "talk"],
    "languages": ["da"],
    "gifts": ["read_aloud"],
    "wished_gifts": ["read_aloud"],
    "meets_people": "yes",
    "barriers": ["fear"],
    "goals": "At komme ud igen",
}


def courses_and_talks(coordinator: Actor, citizen_id: UUID) -> dict[str, tuple[str, ...]]:
    """Let a citizen and another talk, go on a course and be handed over in the municipality at
    hand, and return the values of the addresses of its pages.
    """
    now = clock.now()
    today = local_day(now)
    other_id = db.session.scalars(
        select(Citizen.id).where(Citizen.id != citizen_id).order_by(Citizen.id).limit(1)
    ).one()
    for who in (citizen_id, other_id):
        execute(services.finish_talk, coordinator, who, SAID, now=now)
    found = find_open(citizen_id)
    course_id = found.id if found else UUID(int=0)
    for phase in (Phase.MATCHED, Phase.ESCORTED):
        execute(services.step_course, coordinator, course_id, phase, on_day=today, now=now)
    over = services.HandOver(form="own_way", on_day=today, fallback="Karen Kjær")
    execute(services.hand_over, coordinator, course_id, over, now=now)
    gift = open_gifts(citizen_id)["read_aloud"].id
    execute(services.note_gift, coordinator, gift, on_day=today, now=now)
    citizen = db.session.scalars(select(Citizen).filter_by(id=citizen_id)).one()
    mark = suggestions_for(citizen, now).people[0][0]
    volunteer = db.session.scalars(select(Volunteer.id).limit(1)).one()
    return {
        "course_id": (str(course_id),),
        "check_id": (str(checks_of(course_id)[0].id),),
        "gift_id": (str(gift),),
        "courses.talk:number": ("1", "2", "3", "4", "5"),
        "courses.say_no:subject": ("foelgeven",),
        "courses.say_no:subject_id": (str(volunteer),),
        "courses.would_not_meet:mark": (mark,),
    }
