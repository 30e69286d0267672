"""Three support groups of the demo: one under way, one that forms, and one on its own.

They are told after everything else, so that the rest of the town comes out as it did without.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import instant, monday
from klippekort.domain.groups.forms import FORMS, GroupForm, Theme
from klippekort.domain.groups.planning import Planned, Rhythm, plan
from klippekort.domain.permissions import Role
from klippekort.groups.models import (
    GroupAttendance,
    GroupChange,
    GroupEvaluation,
    GroupFacilitator,
    GroupInterest,
    GroupMeeting,
    GroupMember,
    GroupMemberCitizen,
    GroupNeed,
    GroupPost,
    GroupRules,
    GroupSettings,
    SupportGroup,
)
from klippekort.operations.demo.offers import Host
from klippekort.operations.demo.staff import (
    LOG_INS,
    Secrets,
    add_account,
    email_of,
    give_secret,
)
from klippekort.operations.demo.world import Frame, Person, Resident
from klippekort.platform.keys import Place, keys
from klippekort.volunteers.models import Volunteer

_RULES = (
    "Det, vi fortæller hinanden, bliver her.\n"
    "Alle må tale, og ingen skal.\n"
    "Vi er mennesker, der støtter hinanden. Det er ikke behandling."
)
_FIRST_NAMES = ("Ruth", "Inge", "Bent")
_IN_LINE = ("Aase", "Svend")
_CAME = ((0, 1, 2), (0, 1, 2), (1, 2), (0, 1, 2))
_HEADS = (7, 9, 8, 11, 9, 10, 8, 12)
_ANSWERS = ("well", "well", "so_so", "well", "well", "well", "well")
_WAITS = ("20 99 00 21, helst om formiddagen", "20 99 00 22", "20 99 00 23, spørg efter Else")


class _Group:
    """A group as it is put together, with the key its words are sealed under."""

    def __init__(self, frame: Frame, form: GroupForm, made_on: date, writer: Person) -> None:
        self.frame, self.form, self.writer = frame, form, writer
        self.at = instant(made_on, time(10))
        self.id = frame.dice.new_id(self.at)
        self.owner = Place(frame.town.number, self.id, "key")
        self.wrapped_key = keys().new_data_key(self.owner)

    def store(self, name: str, first: datetime, **facts: Any) -> list[Planned]:
        """Add the group with its ground rules, and return its meetings, which are not added yet."""
        form = self.form
        row = dict.fromkeys(
            (
                "online_url",
                "agreement_until",
                "contact_due_on",
                "page_token",
                "self_run_on",
                "ended_on",
                "end_reason",
                "started_on",
            )
        )
        row |= {
            name: getattr(form, name)
            for name in (
                "theme",
                "anonymity",
                "smallest",
                "largest",
                "meetings",
                "rhythm_days",
                "minutes",
                "first_minutes",
                "facilitators",
                "may_run_short",
                "withdraws",
                "months_since_loss",
                "open_until",
                "pre_talk",
                "referral",
                "reports_attendance",
            )
        }
        row |= {"target": "", "room": "Stuen", "welcome": "", "contact_light": "", "board": "off"}
        row |= {"celebrates": False, "counted_members": 0, "handed_over": [], "language": "da"}
        row |= {"id": self.id, "form": form.code, "neutral_name": name, **facts}
        row |= {"evaluate_at": list(form.evaluate_at), "wrapped_key": self.wrapped_key}
        row |= {"created_at": self.at, "created_by": self.writer.account_id}
        self.frame.rows.add(SupportGroup, **row)
        self.add(
            GroupRules,
            version=1,
            text=_RULES,
            written_at=self.at,
            written_by=self.writer.account_id,
        )
        rhythm = Rhythm(first.date(), first.time(), form.rhythm_days, form.minutes)
        return plan(rhythm, form.meetings, form.evaluate_at)

    def add(self, model: Any, **values: Any) -> UUID:
        """Add a row of the group's and return its id."""
        row_id = values.setdefault("id", self.frame.dice.new_id(self.at))
        self.frame.rows.add(model, group_id=self.id, **values)
        return UUID(str(row_id))

    def sealed(self, row_id: UUID, column: str, words: str) -> bytes:
        """Return words sealed for one column of one row."""
        bound = Place(self.frame.town.number, row_id, column)
        return keys().encrypt(self.wrapped_key, self.owner, words, bound)

    def meet(self, one: Planned, heads: int | None, *, members_led: bool = False) -> UUID:
        """Add a meeting, held where so many came."""
        return self.add(
            GroupMeeting,
            number=one.number,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            state="planned" if heads is None else "held",
            aim="Lære hinanden at kende" if one.number == 1 else "",
            agenda="",
            is_evaluated=one.is_evaluated,
            head_count=heads,
            visitors=0,
            members_led=members_led,
            cancelled_reason=None,
            changed_at=None,
        )

    def lead(self, volunteer_id: UUID, *, is_experienced: bool, until: date | None = None) -> None:
        """Let a volunteer lead the group."""
        self.add(
            GroupFacilitator,
            volunteer_id=volunteer_id,
            care_worker_id=None,
            is_experienced=is_experienced,
            from_on=self.at.date(),
            until_on=until,
        )

    def member(self, state: str, **facts: Any) -> UUID:
        """Add somebody who is in the group or waits for it."""
        usual = dict.fromkeys(
            (
                "first_name",
                "contact_sealed",
                "likeness",
                "source",
                "outcome",
                "not_before_on",
                "answer_by",
                "joined_on",
                "rules_version",
                "called_on",
            )
        )
        known = {"state": state, "asked_at": self.at, "lapses": 0, "anonymity": self.form.anonymity}
        known |= {"shares_contact": False, "wants_measures": False}
        return self.add(GroupMember, **{**usual, **known, **facts})


def build_groups(
    frame: Frame,
    hosts: Sequence[Host],
    residents: Sequence[Resident],
    place_id: UUID,
    coordinator: Person,
    secrets: Secrets,
) -> None:
    """Add Gerda, who leads groups, three groups in different states, and what people wait for."""
    if not frame.town.is_home:
        return
    gerda = _gerda(frame, hosts, secrets)
    _settle(frame)
    _under_way(frame, place_id, (gerda, hosts[0].id), residents[:3], coordinator)
    _forming(frame, place_id, (gerda, hosts[3].id), coordinator)
    _on_its_own(frame, place_id, hosts[1].id, coordinator)
    _waits(frame)


def _gerda(frame: Frame, hosts: Sequence[Host], secrets: Secrets) -> UUID:
    name = LOG_INS[Role.FACILITATOR]
    email, row_id = email_of(name, frame.town.slug), frame.dice.new_id(frame.set_up_at)
    known = {"id": row_id, "name": name, "email": email, "created_at": frame.set_up_at}
    known |= {"phone": f"{frame.town.phone[:-3]}299", "association_id": hosts[-1].association_id}
    frame.rows.add(Volunteer, **{**frame.rows.like(Volunteer), **known})
    person = add_account(frame, name, email, Role.FACILITATOR, person_id=row_id)
    give_secret(frame, person, "password", secrets.password)
    return row_id


def _settle(frame: Frame) -> None:
    frame.rows.add(
        GroupSettings,
        id=frame.dice.new_id(frame.set_up_at),
        board_opens=time(8),
        board_closes=time(20),
        on_weekends=False,
        call=None,
        manual_url="https://eksempel.dk/haandbog",
        supervision="Første mandag i måneden kl. 16 på rådhuset",
    )


def _last(frame: Frame, weekday: int, weeks: int, hour: int) -> datetime:
    """Return the wall-clock time on a weekday so many weeks ago."""
    day = monday(frame.today) - timedelta(weeks=weeks) + timedelta(days=weekday)
    return datetime.combine(day, time(hour))


def _under_way(
    frame: Frame,
    place_id: UUID,
    leaders: tuple[UUID, UUID],
    members: Sequence[Resident],
    coordinator: Person,
) -> None:
    first = _last(frame, 3, 11, 14)
    group = _Group(frame, FORMS["conversation"], first.date() - timedelta(days=30), coordinator)
    planned = group.store(
        "Torsdagsstuen",
        first,
        place_id=place_id,
        state="running",
        aim="At mødes og tale sammen",
        started_on=first.date(),
        celebrates=True,
        board="leaders",
        welcome="Gerda med det grønne tørklæde",
    )
    group.lead(leaders[0], is_experienced=True)
    group.lead(leaders[1], is_experienced=False)
    inside = [_citizen(group, one, first.date()) for one in members]
    for number, one in enumerate(planned):
        is_over = one.ends_at < frame.now and number < len(_CAME)
        came = _CAME[number] if is_over else None
        meeting_id = group.meet(one, len(came) if came is not None else None)
        for place, member_id in enumerate(inside) if came is not None else ():
            frame.rows.add(
                GroupAttendance,
                id=frame.dice.new_id(group.at),
                meeting_id=meeting_id,
                member_id=member_id,
                anonymity="named",
                came=came is not None and place in came,
            )
    _say(group, coordinator)


def _citizen(group: _Group, resident: Resident, joined_on: date) -> UUID:
    member_id = group.member(
        "active", source="staff", outcome="fits", joined_on=joined_on, rules_version=1
    )
    group.add(
        GroupMemberCitizen,
        member_id=member_id,
        anonymity="named",
        citizen_id=resident.id,
        shows_to_proxy=False,
    )
    return member_id


def _say(group: _Group, coordinator: Person) -> None:
    """Put a message on the board, and tell what was changed because the group said so."""
    at = group.frame.now - timedelta(days=2)
    post_id, change_id = (group.frame.dice.new_id(at) for _ in range(2))
    words = "Næste gang tager Kaj kage med."
    group.add(
        GroupPost,
        id=post_id,
        anonymity="named",
        kind="bring",
        written_at=at,
        words_sealed=group.sealed(post_id, "words", words),
        writer_sealed=group.sealed(post_id, "writer", LOG_INS[Role.FACILITATOR]),
    )
    changed = "I sagde, at der var koldt. Nu er der varme på en time før."
    group.add(
        GroupChange,
        id=change_id,
        told_at=at,
        words_sealed=group.sealed(change_id, "words", changed),
    )


def _forming(frame: Frame, place_id: UUID, leaders: tuple[UUID, UUID], coordinator: Person) -> None:
    first = _last(frame, 1, -2, 19)
    group = _Group(frame, FORMS["bereavement"], frame.today - timedelta(days=20), coordinator)
    planned = group.store(
        "Tirsdagsstuen",
        first,
        place_id=place_id,
        state="forming",
        aim="At støtte hinanden",
        welcome="Gerda med det grønne tørklæde",
    )
    for number, leader in enumerate(leaders):
        group.lead(leader, is_experienced=number == 0)
    for one in planned:
        group.meet(one, None)
    for name in _FIRST_NAMES:
        group.member("active", first_name=name, joined_on=frame.today, rules_version=1)
    for number, name in enumerate(_IN_LINE):
        row_id = frame.dice.new_id(group.at)
        reached = group.sealed(row_id, "contact", f"20 99 00 1{number}")
        group.member(
            "waiting",
            id=row_id,
            first_name=name,
            contact_sealed=reached,
            source="self",
            likeness=keys().blind_index(frame.town.number, f"{group.id}|{name}"),
            outcome="fits" if number == 0 else None,
        )


def _on_its_own(frame: Frame, place_id: UUID, starter: UUID, coordinator: Person) -> None:
    first = _last(frame, 4, len(_HEADS), 10)
    group = _Group(frame, FORMS["cafe"], first.date() - timedelta(days=30), coordinator)
    let_go = frame.today - timedelta(days=20)
    group.store(
        "Fredagscafeen",
        first,
        place_id=place_id,
        state="self_run",
        aim="At drikke kaffe sammen",
        counted_members=9,
        started_on=first.date(),
        self_run_on=let_go,
        contact_due_on=frame.today,
        contact_light="Karen Kjær, 45 00 00 00",
        handed_over=["key", "caller", "contact", "escorts", "rules", "newcomers"],
    )
    group.lead(starter, is_experienced=True, until=let_go)
    rhythm = Rhythm(first.date(), first.time(), group.form.rhythm_days, group.form.minutes)
    planned = [*plan(rhythm, None, group.form.evaluate_at)]
    later = Rhythm(
        (first + timedelta(weeks=len(planned))).date(),
        first.time(),
        group.form.rhythm_days,
        group.form.minutes,
    )
    planned += plan(later, None, (), from_number=len(planned) + 1)
    for number, one in enumerate(planned):
        is_over = one.ends_at < frame.now and number < len(_HEADS)
        heads = _HEADS[number] if is_over else None
        meeting_id = group.meet(one, heads, members_led=number > 3 and is_over)
        if is_over and one.is_evaluated:
            for answer in _ANSWERS:
                group.add(
                    GroupEvaluation,
                    meeting_id=meeting_id,
                    answer=answer,
                    given_on=one.ends_at.date(),
                )


def _waits(frame: Frame) -> None:
    """Add those who wait for a group, and answers to the three questions."""
    home = frame.town.number
    for number, contact in enumerate(_WAITS):
        at = frame.now - timedelta(days=12 - 3 * number)
        row_id = frame.dice.new_id(at)
        frame.rows.add(
            GroupInterest,
            id=row_id,
            theme=Theme.CARER,
            language="da",
            source="self",
            asked_at=at,
            contact_sealed=keys().seal_secret(contact, Place(home, row_id, "contact")),
            likeness=keys().blind_index(home, f"{Theme.CARER}|{contact}"),
        )
    for number in range(5):
        at = frame.now - timedelta(days=3 + number)
        frame.rows.add(
            GroupNeed,
            id=frame.dice.new_id(at),
            theme=Theme.CARER,
            company="led",
            hindrance=("way", "alone", "none", "way", "hearing")[number],
            how="asked",
            answered_on=at.date(),
        )
