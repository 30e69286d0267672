"""How far the demo's courses have come: from somebody who was noticed to the settled.

It is told after everything else, so that the rest of the town comes out as it did without.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.courses.models import (
    CitizenGift,
    Course,
    CourseCheck,
    CourseEvaluation,
    CourseHandOver,
    CourseStep,
    CourseTalk,
    GiftDeed,
    MatchProfile,
)
from klippekort.domain.courses import WAY, Phase, due_days
from klippekort.domain.matching.guide import Answers, needs_of, several
from klippekort.domain.outreach.cases import Consent, Source
from klippekort.operations.demo.people import KNOWN
from klippekort.operations.demo.reaching import NO, OPEN, PACE, Telling, Told
from klippekort.operations.demo.world import Frame, Journey, Meeting, Person, Resident

# The phases that courses have reached, and how many days ago each step was taken.
_WAYS = (
    (3,),
    (8, 6),
    (20, 18, 11),
    (34, 33, 30, 24),
    (45, 44, 40, 36, 20),
    (60, 58, 52, 45, 38, 25),
    (70, 69, 64, 58, 52, 44, 16),
    (84, 83, 78, 74, 70, 62, 30, 9),
    (86, 85, 80, 76, 72, 66, 63, 40, 5),
)
_TALKS = (
    ("walk", "music", "At komme ud igen, og kende nogen ved navn.", "morning"),
    ("cards", "talk", "At have noget at glæde sig til om torsdagen.", "afternoon"),
    ("meal", "crafts", "At spise sammen med andre en gang om ugen.", "afternoon"),
)
_GIFTS = ("read_aloud", "bake", "call")
_BARRIERS = ("mobility", "fear", "hearing")


def build_courses(
    frame: Frame,
    residents: Sequence[Resident],
    meetings: Sequence[Meeting],
    journeys: Sequence[Journey],
    coordinator: Person,
    carer: Person,
) -> None:
    """Add what was noticed, cases of every age, and courses from the first talk to the settled."""
    if not frame.town.is_home:
        return
    telling = _Way(frame, coordinator, carer)
    went = _went_often(journeys)
    own = residents[len(KNOWN) :]
    known = {one.id: one for one in own}
    again = [(known[who], activity) for who, activity in went if who in known]
    travelled = {who for who, _ in went}
    others = iter([one for one in own if one.id not in travelled])
    chosen = list(dict.fromkeys(one.activity_id for one in meetings))
    hosts = {one.activity_id: one.host_id for one in meetings}
    for told in (*OPEN, NO):
        telling.noticed(told, None if told.about else next(others))
    settled = iter(again)
    for number, way in enumerate(_every_way(len(residents))):
        pair = next(settled, None) if len(way) > WAY.index(Phase.ESCORTED) else None
        resident, activity = pair or (next(others), chosen[number % len(chosen)])
        telling.course(number, resident, way, activity, hosts[activity])


def _every_way(citizens: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways that are told of: each once in a small town, and each thrice in a large."""
    for turn in range(3 if citizens > 100 else 1):
        for way in _WAYS:
            yield tuple(days + turn for days in way)


def _went_often(journeys: Sequence[Journey]) -> list[tuple[UUID, UUID]]:
    """Return who went where most often, once each, the most faithful first."""
    times = Counter(
        (one.resident.id, one.meeting.activity_id) for one in journeys if one.state == "completed"
    )
    found: dict[UUID, UUID] = {}
    for (who, activity), _times in sorted(times.items(), key=lambda one: (-one[1], str(one[0]))):
        found.setdefault(who, activity)
    return list(found.items())


class _Way(Telling):
    """The hand that writes a course down, step by step."""

    def course(
        self, number: int, who: Resident, way: tuple[int, ...], activity: UUID, host: UUID
    ) -> None:
        """Add a course that has come along a way, with all that belongs to its steps."""
        opened_on, at = self.on(way[0])
        reached = WAY[: len(way)]
        is_matched = Phase.MATCHED in reached
        told = Told(way[0], Source.STAFF, ("no_visitors", "sad"), consent=Consent.YES)
        since = self.on(way[-1])[0]
        if len(way) > 1:
            asked_on, asked_at = self.on(way[1])
            case = self.case(at, who, Consent.YES, "talked", asked_on)
            self.notice(case, told, who)
            self.answer(asked_at, who, case, "yes", asked_on + timedelta(days=PACE.rest_days))
        course = self.add(
            Course,
            at,
            citizen_id=who.id,
            phase=reached[-1].value,
            held_phase=None,
            origin="outreach" if len(way) > 1 else "staff",
            opened_on=opened_on,
            phase_since=since,
            ended_on=None,
            not_before_on=None,
            responsible_id=self.karen.account_id,
            responsible_name=self.karen.name,
            host_id=host if is_matched else None,
            host_name="",
            activity_id=activity if is_matched else None,
            in_a_group=False,
        )
        self._steps(course, way, reached)
        if Phase.CLARIFIED in reached:
            self._talk(number, who, way[WAY.index(Phase.CLARIFIED)])
        if Phase.HANDED_OVER in reached:
            self._handed_over(course, who, host, way, reached)
        if Phase.SETTLED in reached:
            self._evaluated(course, number, way[WAY.index(Phase.SETTLED)])

    def _steps(self, course: UUID, way: tuple[int, ...], reached: Sequence[Phase]) -> None:
        before = None
        for phase, days in zip(reached, way, strict=True):
            day, at = self.on(days)
            self.add(
                CourseStep,
                at,
                course_id=course,
                from_phase=before,
                to_phase=phase.value,
                reason="",
                on_day=day,
                recorded_at=at,
                recorded_by=self.karen.account_id,
                recorder_name=self.karen.name,
            )
            before = phase.value

    def _talk(self, number: int, who: Resident, days: int) -> None:
        day, at = self.on(days)
        first, second, hope, part = _TALKS[number % len(_TALKS)]
        gift = _GIFTS[number % len(_GIFTS)]
        said: Answers = {
            "interests": [first, second],
            "languages": ["da"],
            "parts": [part],
            "company": "few",
            "barriers": [_BARRIERS[number % len(_BARRIERS)]],
            "gifts": [gift],
            "goals": hope,
            "meets_people": "no",
            "agrees": "yes",
        }
        row_id = self.frame.dice.new_id(at)
        self.add(
            CourseTalk,
            at,
            id=row_id,
            citizen_id=who.id,
            guide_version=0,
            state="finished",
            answers_sealed=self.sealed(who, row_id, "talk", json.dumps(said, ensure_ascii=False)),
            not_now_until=None,
            begun_at=at,
            saved_at=at,
            finished_at=at,
            talked_by=self.karen.account_id,
            talker_name=self.karen.name,
        )
        self._profile(who, said, at)
        self._gives(who, gift, day, at, is_done=number % 2 == 0)

    def _profile(self, who: Resident, said: Answers, at: datetime) -> None:
        self.add(
            MatchProfile,
            at,
            citizen_id=who.id,
            interests=sorted(several(said, "interests")),
            languages=["da"],
            parts=sorted(several(said, "parts")),
            company="few",
            needs=sorted(needs_of(said)),
            minds_money=False,
            wishes=[],
            meets_people=False,
            stairwell=None,
            works=[],
            updated_at=at,
            stopped_at=None,
        )

    def _gives(self, who: Resident, gift: str, day: date, at: datetime, *, is_done: bool) -> None:
        row = self.add(
            CitizenGift,
            at,
            citizen_id=who.id,
            gift=gift,
            words_sealed=None,
            offered_on=day,
            ended_on=None,
        )
        if is_done:
            thanked = {"thanked_on": day, "thanked_by": self.karen.account_id}
            noted = {"noted_at": at, "noted_by": self.karen.account_id}
            self.add(GiftDeed, at, gift_id=row, on_day=day, **noted, **thanked)

    def _handed_over(
        self,
        course: UUID,
        who: Resident,
        host: UUID,
        way: tuple[int, ...],
        reached: Sequence[Phase],
    ) -> None:
        day, at = self.on(way[WAY.index(Phase.HANDED_OVER)])
        row_id = self.frame.dice.new_id(at)
        self.add(
            CourseHandOver,
            at,
            id=row_id,
            course_id=course,
            citizen_id=who.id,
            on_day=day,
            form="volunteer",
            volunteer_id=host,
            receiver_sealed=None,
            overlap_on=day,
            told_sealed=None,
            has_consent=False,
            fallback_sealed=self.sealed(who, row_id, "fallback", self.karen.name),
            recorded_at=at,
            recorded_by=self.karen.account_id,
        )
        is_looked_after = Phase.SETTLED in reached
        for weeks, due_on in due_days(day):
            is_done = is_looked_after and due_on <= self.frame.today
            self.add(
                CourseCheck,
                at,
                course_id=course,
                hand_over_id=row_id,
                weeks=weeks,
                due_on=due_on,
                outcome="continue" if is_done else None,
                done_on=due_on if is_done else None,
                done_by=self.karen.account_id if is_done else None,
            )

    def _evaluated(self, course: UUID, number: int, days: int) -> None:
        day, at = self.on(days)
        self.add(
            CourseEvaluation,
            at,
            course_id=course,
            heard="yes",
            needed="yes" if number % 2 else "somewhat",
            asked_on=day,
            recorded_by=self.karen.account_id,
            recorded_at=at,
        )
