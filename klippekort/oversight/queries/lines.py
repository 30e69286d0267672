"""The record of looks and deeds, searched; and what tied a person to a citizen."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from klippekort.accounts.models import Account, RoleAssignment, Shift
from klippekort.accounts.models.sign_in import SupportAccess
from klippekort.accounts.queries import names_of
from klippekort.citizens.models import AccessOpening, Citizen
from klippekort.citizens.queries import fold
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.oversight import Near, Tie, is_drawn_from, tie
from klippekort.domain.permissions import ALLOWED, Action, Role, scope_of
from klippekort.oversight.models import AuditCheck
from klippekort.platform.audit import SUPPORT, AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.trips.models import TripEscort, TripRider

MOST_NAMED = 50
Why = tuple[str | None, str]  # a purpose, where one was said, and the action


@dataclass(frozen=True)
class Asked:
    """What is looked for in the record; what is empty is not asked. Both days are inclusive."""

    citizen: str = ""
    who: str = ""
    action: str = ""
    whys: tuple[Why, ...] = ()
    from_on: date | None = None
    until_on: date | None = None
    citizen_id: UUID | None = None


@dataclass(frozen=True)
class LineSeen:
    """A line of the record as those who oversee see it. `tie` is told for a sample alone.

    `change` is the code of what was changed, empty where the line says none.
    """

    id: UUID
    at: datetime
    account_id: UUID | None
    who: str
    role: str
    action: str
    purpose: str | None
    citizens: tuple[tuple[UUID, str], ...]
    is_refused: bool
    change: str
    tie: Tie | None = None
    outcome: str | None = None


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.from_on is not None:
        found.append(AuditLine.at >= day_span(asked.from_on)[0])
    if asked.until_on is not None:
        found.append(AuditLine.at < day_span(asked.until_on)[1])
    if asked.action:
        found.append(AuditLine.action == asked.action)
    if asked.whys:
        found.append(_any_of(asked.whys))
    if asked.who:
        found.append(AuditLine.account_id.in_(_accounts_called(asked.who)))
    whom = _citizens_asked(asked)
    if whom is not None:
        of_them = select(AuditCitizen.line_id).where(AuditCitizen.citizen_id.in_(whom))
        found.append(AuditLine.id.in_(of_them))
    return found


def _any_of(whys: Sequence[Why]) -> ColumnElement[bool]:
    actions: dict[str | None, list[str]] = defaultdict(list)
    for purpose, action in whys:
        actions[purpose].append(action)
    return or_(
        *(
            # `==` of nothing at all is `is null`, which an `in` would not find.
            and_(AuditLine.purpose == purpose, AuditLine.action.in_(some))
            for purpose, some in actions.items()
        )
    )


def _citizens_asked(asked: Asked) -> Sequence[UUID] | None:
    if asked.citizen_id is not None:
        return [asked.citizen_id]
    if not asked.citizen:
        return None
    like = Citizen.search_name.contains(fold(asked.citizen), autoescape=True)
    return db.session.scalars(select(Citizen.id).where(like).limit(MOST_NAMED)).all()


def _accounts_called(text: str) -> Any:
    """Return the accounts with a role in the municipality whose name holds a text."""
    here = select(RoleAssignment.account_id)
    return select(Account.id).where(
        Account.display_name.icontains(text, autoescape=True), Account.id.in_(here)
    )


def count_lines(asked: Asked) -> int:
    """Return how many lines of the record answer what is asked."""
    return db.session.scalar(select(func.count(AuditLine.id)).where(*_conditions(asked))) or 0


def list_lines(asked: Asked, *, limit: int, offset: int = 0) -> list[LineSeen]:
    """Return lines of the record, the latest first."""
    rows = db.session.scalars(
        select(AuditLine)
        .where(*_conditions(asked))
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return _seen(rows)


def list_whys() -> list[Why]:
    """Return each purpose with its action as they are on record together."""
    found = select(AuditLine.purpose, AuditLine.action).distinct()
    return sorted(
        ((purpose, action) for purpose, action in db.session.execute(found)),
        key=lambda why: (why[0] or "", why[1]),
    )


def _seen(rows: Sequence[AuditLine]) -> list[LineSeen]:
    whom = _named_citizens([row.id for row in rows])
    accounts = {row.account_id for row in rows if row.account_id}
    names = names_of(accounts)
    return [
        LineSeen(
            row.id,
            row.at,
            row.account_id,
            names.get(row.account_id, "") if row.account_id else "",
            row.role,
            row.action,
            row.purpose,
            tuple(whom[row.id]),
            "refused" in row.details,
            str(row.details.get("change", "")),
        )
        for row in rows
    ]


def _named_citizens(lines: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    rows = db.session.execute(
        select(AuditCitizen.line_id, Citizen.id, Citizen.first_name, Citizen.last_name)
        .join(Citizen, Citizen.id == AuditCitizen.citizen_id)
        .where(AuditCitizen.line_id.in_(lines))
        .order_by(Citizen.search_name)
    )
    for line_id, citizen_id, first, last in rows:
        found[line_id].append((citizen_id, f"{first} {last}"))
    return found


def drawn_from(from_on: date, until_on: date) -> list[UUID]:
    """Return the lines of these days that a sample is drawn from: looks of people at citizens."""
    start, end = day_span(from_on)[0], day_span(until_on)[1]
    with_citizens = select(AuditCitizen.line_id).where(AuditCitizen.line_id == AuditLine.id)
    rows = db.session.execute(
        select(AuditLine.id, AuditLine.role).where(
            AuditLine.at >= start,
            AuditLine.at < end,
            AuditLine.account_id.is_not(None),
            with_citizens.exists(),
        )
    )
    return [line_id for line_id, role in rows if is_drawn_from(role)]


def sample_of(drawn: Sequence[UUID]) -> list[LineSeen]:
    """Return the drawn lines in their order, each with the tie to its citizens and its verdict."""
    rows = db.session.scalars(select(AuditLine).where(AuditLine.id.in_(drawn))).all()
    found = _with_ties(_seen(rows))
    verdicts = _verdicts(drawn)
    told = {line.id: LineSeen(**{**vars(line), "outcome": verdicts.get(line.id)}) for line in found}
    return [told[one] for one in drawn if one in told]


def get_line(line_id: UUID) -> UUID:
    """Return the id of a line of the municipality at hand. Raises NotFound."""
    found: UUID | None = db.session.scalars(select(AuditLine.id).filter_by(id=line_id)).first()
    if found is None:
        raise NotFound
    return found


def _verdicts(lines: Collection[UUID]) -> dict[UUID, str]:
    """Return what was thought of each line last."""
    rows = db.session.execute(
        select(AuditCheck.line_id, AuditCheck.outcome)
        .where(AuditCheck.line_id.in_(lines))
        .order_by(AuditCheck.judged_at, AuditCheck.id)
    )
    found: dict[UUID, str] = {}
    for line_id, outcome in rows:
        found[line_id] = outcome
    return found


def _with_ties(lines: list[LineSeen]) -> list[LineSeen]:
    """Return the lines with what tied who looked to the citizen: the weakest, if to several."""
    known = _Known(lines)
    order = list(Tie)
    found = []
    for line in lines:
        ties = [tie(known.near(line, one), local_day(line.at)) for one, _name in line.citizens]
        weakest = max(ties, key=order.index) if ties else Tie.NONE
        found.append(LineSeen(**{**vars(line), "tie": weakest}))
    return found


class _Known:
    """Trips, shifts, districts, openings and support accesses of everybody in a sample, read in a
    few questions.
    """

    def __init__(self, lines: Sequence[LineSeen]) -> None:
        accounts = {line.account_id for line in lines}
        citizens = {one for line in lines for one, _name in line.citizens}
        self.roles = {
            (row.account_id, row.role): row
            for row in db.session.scalars(
                select(RoleAssignment).where(RoleAssignment.account_id.in_(accounts))
            )
        }
        persons = {row.person_id for row in self.roles.values() if row.person_id}
        self.homes = {
            one: (supplier, district)
            for one, supplier, district in db.session.execute(
                select(Citizen.id, Citizen.supplier_id, Citizen.district_id).where(
                    Citizen.id.in_(citizens)
                )
            )
        }
        self.trips: dict[tuple[UUID, UUID], set[date]] = defaultdict(set)
        for person, citizen, at in db.session.execute(
            select(TripEscort.care_worker_id, TripRider.citizen_id, TripRider.starts_at)
            .join(TripRider, TripRider.trip_id == TripEscort.trip_id)
            .where(TripEscort.care_worker_id.in_(persons), TripRider.citizen_id.in_(citizens))
        ):
            self.trips[person, citizen].add(local_day(at))
        self.openings = db.session.scalars(
            select(AccessOpening).where(
                AccessOpening.account_id.in_(accounts), AccessOpening.citizen_id.in_(citizens)
            )
        ).all()
        self.supports = db.session.scalars(
            select(SupportAccess).where(SupportAccess.account_id.in_(accounts))
        ).all()
        first = min((line.at for line in lines), default=None)
        last = max((line.at for line in lines), default=None)
        self.shifts = (
            db.session.scalars(
                select(Shift).where(
                    Shift.care_worker_id.in_(persons),
                    Shift.ends_at >= first,
                    Shift.starts_at <= last,
                )
            ).all()
            if lines
            else []
        )

    def near(self, line: LineSeen, citizen_id: UUID) -> Near:
        """Return what is known about who looked and a citizen at the time of a look."""
        role = self.roles.get((line.account_id, line.role)) if line.account_id else None
        person = role.person_id if role else None
        place = (role.supplier_id, role.district_id) if role else None
        home = self.homes[citizen_id]
        return Near(
            trip_days=frozenset(self.trips.get((person, citizen_id), ()) if person else ()),
            has_opening=any(
                one.account_id == line.account_id
                and one.citizen_id == citizen_id
                and one.opened_at <= line.at < one.ends_at
                for one in self.openings
            ),
            is_on_shift=any(
                one.care_worker_id == person and one.starts_at <= line.at < one.ends_at
                for one in self.shifts
            ),
            is_same_district=place is not None
            and place[0] is not None
            and (place == home or (place[1] is None and place[0] == home[0])),
            is_let_in=line.role == SUPPORT
            and any(
                one.account_id == line.account_id
                and one.granted_at <= line.at < (one.ended_at or one.ends_at)
                for one in self.supports
            ),
            scope=_scope(line),
        )


def _scope(line: LineSeen) -> Any:
    if line.role not in set(Role):
        return None
    action = Action(line.action) if line.action in set(Action) else Action.SEE_CITIZEN
    scopes = [scope_of(Role(line.role), action), ALLOWED[Action.SEE_CITIZEN].get(Role(line.role))]
    return next((one for one in scopes if one is not None), None)
