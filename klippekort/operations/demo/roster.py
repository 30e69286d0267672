"""The care workers and when they work: weekdays, every third weekend, evenings and nights."""

from datetime import date, datetime, time, timedelta

from klippekort.accounts.models import CareWorker, Shift
from klippekort.domain.calendar import ONE_DAY, instant, local_day, monday
from klippekort.domain.permissions import Role
from klippekort.operations.demo import names
from klippekort.operations.demo.staff import LOG_INS, Secrets, add_account, email_of, give_secret
from klippekort.operations.demo.world import Frame, Helper, Homes

WEEKS_BACK, WEEKS_AHEAD = 4, 6
HOURS = {
    "dag": (time(7), time(15)),
    "sen dag": (time(8), time(16)),
    "mellem": (time(9, 30), time(17, 30)),
    "aften": (time(15), time(23)),
    "nat": (time(23), time(7)),
}
_TEAMS = tuple(
    "dag,sen dag,sen dag,mellem,aften,sen dag,dag,mellem,sen dag,nat".split(",")  # noqa: SIM905
)
# Half an hour between the rounds, when nobody is out with a citizen.
BREAKS = {
    "dag": time(9, 15),
    "sen dag": time(9, 15),
    "mellem": time(16, 30),
    "aften": time(18),
    "nat": time(3),
}
_BREAK = timedelta(minutes=30)
_POSITIONS = ("SOSU-hjælper", "SOSU-hjælper", "SOSU-assistent", "Ufaglært", "Ergoterapeut")
_SKILLS = ("demens", "forflytning", "ilt")
_EPOCH = date(2020, 1, 6)


def build_roster(frame: Frame, homes: Homes, secrets: Secrets) -> list[Helper]:
    """Add the care workers, the demo's own first, and their shifts around today."""
    helpers = [_helper(frame, homes, index) for index in range(frame.town.care_workers)]
    if frame.town.is_home:
        give_secret(frame, helpers[0].person, "password", secrets.password)
        give_secret(frame, helpers[0].person, "pin", secrets.pin)
    for helper in helpers:
        day = frame.today - timedelta(weeks=WEEKS_BACK)
        while day <= frame.today + timedelta(weeks=WEEKS_AHEAD):
            if (hours := shift_of(frame, helper, day)) is not None:
                _shift(frame, helper, *hours)
            day += ONE_DAY
    return helpers


def _helper(frame: Frame, homes: Homes, index: int) -> Helper:
    dice, at = frame.dice, frame.set_up_at
    is_known = frame.town.is_home and index == 0
    name = LOG_INS[Role.CARE_WORKER] if is_known else names.younger(dice)
    number = f"M{1000 + index}"
    email = email_of(name if is_known else number, frame.town.slug)
    weights = (60, 22, 18)[: len(homes.suppliers)]
    supplier = homes.suppliers[0] if is_known else dice.choices(homes.suppliers, weights)[0]
    district = homes.districts[index % len(homes.districts)]
    helper_id, has_licence = dice.new_id(at), is_known or dice.chance(0.7)
    some = dice.some(_SKILLS, dice.choice((0, 1, 1, 2)))
    skills = list(_SKILLS) if is_known else some
    frame.rows.add(
        CareWorker,
        id=helper_id,
        employee_number=number,
        name=name,
        email=email,
        supplier_id=supplier,
        district_id=district,
        position=dice.choice(_POSITIONS),
        has_driving_licence=has_licence,
        skills=skills,
    )
    person = add_account(
        frame,
        name,
        email,
        Role.CARE_WORKER,
        supplier_id=supplier,
        district_id=district,
        person_id=helper_id,
    )
    team = "sen dag" if is_known else _TEAMS[index % len(_TEAMS)]
    return Helper(
        person, helper_id, supplier, district, team, index, frozenset(skills), has_licence
    )


def is_known(frame: Frame, helper: Helper) -> bool:
    """Say whether this is the care worker that the demo's log-in belongs to."""
    return frame.town.is_home and helper.turn == 0


def shift_of(frame: Frame, helper: Helper, day: date) -> tuple[datetime, datetime, str] | None:
    """Return the hours a care worker has on a day and their kind, or None on a day off.

    The demo's own care worker is always at work today, whatever day that is.
    """
    if is_known(frame, helper) and day == frame.today:
        return instant(day, time(8)), instant(day, time(16, 30)), "dag"
    week = (monday(day) - _EPOCH).days // 7
    has_weekend = (week + helper.turn) % 3 == 0
    off = {2, 3} if has_weekend else {5, 6}
    if not has_weekend and helper.turn % 4 == 0:
        off.add((week + helper.turn) % 5)
    if day.weekday() in off:
        return None
    starts, ends = HOURS[helper.team]
    ends_on = day if ends > starts else day + ONE_DAY
    kind = "dag" if helper.team == "sen dag" else helper.team
    if day.weekday() >= 5 and kind == "dag":
        kind = "weekend"
    return instant(day, starts), instant(ends_on, ends), kind


def break_of(helper: Helper, starts_at: datetime) -> tuple[datetime, datetime]:
    """Return the break in a shift that begins then."""
    begins = BREAKS[helper.team]
    day = local_day(starts_at)
    on = day if instant(day, begins) >= starts_at else day + ONE_DAY
    return instant(on, begins), instant(on, begins) + _BREAK


def _shift(frame: Frame, helper: Helper, starts_at: datetime, ends_at: datetime, kind: str) -> None:
    break_starts_at, break_ends_at = break_of(helper, starts_at)
    frame.rows.add(
        Shift,
        id=frame.dice.new_id(frame.now),
        care_worker_id=helper.id,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=kind,
        break_starts_at=break_starts_at,
        break_ends_at=break_ends_at,
    )
