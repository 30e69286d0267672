"""A group is set up from a form that real groups have, with rules and a plan of meetings."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar
from uuid import UUID

from klippekort.activities.queries import get_place
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.fitting import Relation
from klippekort.domain.groups.forms import FORMS, Theme, celebrates
from klippekort.domain.groups.planning import Rhythm, plan
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.groups.models import GroupMeeting, GroupRules, SupportGroup
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries.meetings import planned_after
from klippekort.groups.services.common import coordinated, led, note
from klippekort.groups.services.doors import change_door
from klippekort.groups.services.errors import AgreementTooShort, NameTaken
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import current_municipality


@dataclass(frozen=True)
class Details:
    """What may change as a group goes on. `neutral_name` is what others may read; relation and
    ages in years say whom it is for, None anybody.
    """

    neutral_name: str
    aim: str
    target: str
    place_id: UUID | None
    room: str
    online_url: str | None
    welcome: str
    agreement_until: date | None
    celebrates: bool
    relation: Relation | None = None
    youngest: int | None = None
    oldest: int | None = None


@dataclass(frozen=True)
class Frame:
    """How large a group is, how often it meets, and how people come into it. All of it may change
    as the group goes on; the fields are those of `domain.groups.forms`.
    """

    language: str
    smallest: int
    largest: int
    meetings: int | None
    rhythm_days: int
    minutes: int
    first_minutes: int | None
    facilitators: int
    may_run_short: bool
    withdraws: str
    months_since_loss: int | None
    open_until: int | None
    pre_talk: bool
    referral: bool
    evaluate_at: tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """What a group is from the start: its form, theme and promise, how large, and how often.

    Without a `frame`, what is not said here is as in the form.
    """

    form: str
    theme: Theme
    anonymity: Anonymity
    language: str
    smallest: int
    largest: int
    meetings: int | None
    rhythm_days: int
    minutes: int
    facilitators: int
    months_since_loss: int | None
    open_until: int | None
    first_on: date
    starts: time
    rules: str
    reports_attendance: bool = False
    frame: Frame | None = None

    IN_FRAME: ClassVar[tuple[str, ...]] = (
        "language",
        "smallest",
        "largest",
        "meetings",
        "rhythm_days",
        "minutes",
        "facilitators",
        "months_since_loss",
        "open_until",
    )


def set_up(actor: Actor, details: Details, shape: Shape, *, now: datetime) -> str:
    """Make a group with its ground rules and its first meetings, and return its id.

    Nothing is celebrated where the theme is a heavy one, whatever was asked for, and attendance is
    told to the municipality only in a group that goes by names. Raises NameTaken, NotFound for a
    place that is none, and AgreementTooShort for an agreement that is over before the group begins.
    """
    authorise(actor, Action.SET_UP_GROUP)
    if details.agreement_until is not None and details.agreement_until < shape.first_on:
        raise AgreementTooShort
    if queries.find_by_name(details.neutral_name) is not None:
        raise NameTaken
    if details.place_id is not None:
        get_place(details.place_id)
    group = _made(actor, details, shape, now)
    if shape.frame is not None:
        fit(group, shape.frame)
    db.session.add(group)
    db.session.flush()
    _write(group.id, shape.rules, 1, actor, now)
    for one in plan(rhythm_of(group, shape.first_on, shape.starts), group.meetings, _asked(group)):
        db.session.add(GroupMeeting(group_id=group.id, **vars(one)))
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group.id, "set_up")
    return str(group.id)


def _made(actor: Actor, details: Details, shape: Shape, now: datetime) -> SupportGroup:
    form, home, row_id = FORMS[shape.form], current_municipality(), new_id()
    told = {**vars(details), "celebrates": details.celebrates and celebrates(shape.theme)}
    is_named = shape.anonymity is Anonymity.NAMED
    return SupportGroup(
        id=row_id,
        form=form.code,
        theme=shape.theme,
        anonymity=shape.anonymity,
        language=shape.language,
        smallest=shape.smallest,
        largest=shape.largest,
        meetings=shape.meetings,
        rhythm_days=shape.rhythm_days,
        minutes=shape.minutes,
        first_minutes=form.first_minutes,
        facilitators=shape.facilitators,
        may_run_short=form.may_run_short,
        withdraws=form.withdraws,
        months_since_loss=shape.months_since_loss,
        open_until=shape.open_until,
        pre_talk=form.pre_talk,
        referral=form.referral,
        reports_attendance=shape.reports_attendance and is_named,
        evaluate_at=list(form.evaluate_at),
        wrapped_key=keys().new_data_key(Place(home, row_id, "key")),
        created_at=now,
        created_by=actor.account_id,
        **told,
    )


def fit(group: SupportGroup, frame: Frame) -> None:
    """Give a group its frame."""
    for name, value in vars(frame).items():
        setattr(group, name, list(value) if name == "evaluate_at" else value)


def rhythm_of(group: SupportGroup, first_on: date, starts: time) -> Rhythm:
    """Return a group's rhythm from a day on."""
    return Rhythm(first_on, starts, group.rhythm_days, group.minutes, group.first_minutes)


def _asked(group: SupportGroup) -> tuple[int, ...]:
    return tuple(group.evaluate_at)


def change_details(actor: Actor, group_id: UUID, details: Details, *, now: datetime) -> str:
    """Store what is told of a group from `now` on. Raises NameTaken and NotFound.

    Where the group goes to another door, whoever booked a trip to the old one for a meeting to come
    hears that nothing is held there.
    """
    group = coordinated(actor, group_id)
    known = queries.find_by_name(details.neutral_name)
    if known is not None and known.id != group_id:
        raise NameTaken
    if details.place_id is not None:
        get_place(details.place_id)
    change_door(group.place_id, details.place_id, planned_after(group_id, now), now)
    may = celebrates(Theme(group.theme))
    for name, value in {**vars(details), "celebrates": details.celebrates and may}.items():
        setattr(group, name, value)
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "changed")
    return str(group_id)


def write_rules(actor: Actor, group_id: UUID, text: str, *, now: datetime) -> int:
    """Store the ground rules anew and return their version; earlier versions are kept."""
    group = led(actor, group_id, now)
    latest = queries.latest_rules(group_id)
    version = latest.version + 1 if latest else 1
    _write(group.id, text, version, actor, now)
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "rules", version=version)
    return version


def _write(group_id: UUID, text: str, version: int, actor: Actor, now: datetime) -> None:
    db.session.add(
        GroupRules(
            group_id=group_id,
            version=version,
            text=text,
            written_at=now,
            written_by=actor.account_id,
        )
    )
