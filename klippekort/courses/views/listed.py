"""The courses under way by phase, by who is responsible, and by how long they have stood."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens, list_own_citizens
from klippekort.citizens.queries.sexes import sexes_of
from klippekort.courses.forms.words import LANGUAGES, REASONS
from klippekort.courses.queries import courses as queries
from klippekort.courses.queries.checks import due_checks
from klippekort.courses.queries.fitting import offered
from klippekort.courses.queries.introductions import to_ask
from klippekort.courses.queries.people import everybody
from klippekort.courses.queries.visits import visits_of_all
from klippekort.courses.views import shown
from klippekort.courses.views.blueprint import bp
from klippekort.domain.courses import WAY, Phase, days_since_outing
from klippekort.domain.matching.fairness import Share, shares
from klippekort.domain.matching.ranking import rank_all
from klippekort.domain.matching.scoring import POINTS
from klippekort.domain.permissions import Action, Actor, Role, may
from klippekort.domain.sexes import Sex
from klippekort.domain.small_numbers import FEWEST, suppressed
from klippekort.municipalities.queries import list_suppliers
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _

AGES = (14, 28, 56)


@dataclass(frozen=True)
class Row:
    """A course as the list shows it."""

    url: str
    name: str
    status: Any
    age: str
    responsible: str
    outing: str


def _reach(actor: Actor) -> tuple[UUID | None, frozenset[UUID] | None]:
    """Return the supplier, or the citizens, that a list is narrowed to for whoever looks."""
    if actor.role is Role.CARE_WORKER:
        own = list_own_citizens(actor, clock.today())
        return None, frozenset(one.id for one in own)
    return (actor.supplier_id, None) if actor.role is Role.PLANNER else (None, None)


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@bp.get("/forloeb")
@requires(Action.SEE_COURSES, purpose="courses")
def listed() -> ResponseReturnValue:
    """Show the courses under way, those that have stood longest first, and what is due."""
    actor, today = current_actor(), clock.today()
    supplier_id, citizens = _reach(actor)
    phase = request.args.get("fase")
    days = request.args.get("dage", type=int)
    wanted = queries.Wanted(
        phase=phase if phase in set(Phase) else None,
        responsible_id=_id(request.args.get("ansvarlig")),
        min_days=days if days in AGES else None,
        supplier_id=supplier_id,
        citizens=citizens,
    )
    lines, said = queries.list_courses(wanted, today), shown.labels()
    visits = visits_of_all([line.citizen.id for line in lines])
    rows = [_row(line, said, visits, today) for line in lines]
    saw(*(line.citizen.id for line in lines))
    may_run = may(actor, Action.RUN_COURSE)
    return render_template(
        "courses/listed.html",
        rows=rows,
        wanted=wanted,
        phases=[(one.value, said[one]) for one in (*WAY, Phase.PAUSED, Phase.DECLINED)],
        responsible=queries.list_responsible() if actor.role is Role.COORDINATOR else [],
        ages=AGES,
        due=_due(supplier_id, citizens),
        asks=_asks(citizens) if may_run else [],
        may_set_up=may(actor, Action.SET_UP_COURSES),
        is_cut=len(rows) == queries.MOST_LISTED,
    )


def _row(line: queries.CourseLine, said: Any, visits: Any, today: Any) -> Row:
    days = days_since_outing(visits.get(line.citizen.id, []), today)
    return Row(
        url_for("courses.of_citizen", citizen_id=line.citizen.id),
        line.citizen.name,
        shown.status_of(line.course.phase, said),
        shown.age_words(line.course.phase_since, today),
        line.course.responsible_name or _("Nobody yet"),
        shown.days_words(days),
    )


def _due(supplier_id: UUID | None, citizens: frozenset[UUID] | None) -> list[tuple[str, str]]:
    """Return the checks that are due, as words and where they are made."""
    found = [
        one
        for one in due_checks(clock.today(), supplier_id)
        if citizens is None or one.citizen_id in citizens
    ]
    names = {one.id: one.name for one in list_citizens(one.citizen_id for one in found)}
    saw(*names)
    return [
        (
            _(
                "%(name)s: %(weeks)s weeks after, due %(day)s",
                name=names[one.citizen_id],
                weeks=one.weeks,
                day=full_day(one.due_on),
            ),
            url_for("courses.of_citizen", citizen_id=one.citizen_id),
        )
        for one in found
    ]


def _asks(citizens: frozenset[UUID] | None) -> list[tuple[str, str]]:
    """Return whom to ask about meeting somebody, and where."""
    found = list_citizens(to_ask(citizens))
    saw(*(one.id for one in found))
    return [(one.name, url_for("courses.suggestions", citizen_id=one.id)) for one in found]


@bp.get("/forloeb/fordeling")
@requires(Action.SET_UP_COURSES)
def fairness() -> ResponseReturnValue:
    """Show how often each group is suggested something, and comes first."""
    who = everybody()
    ranked = list(rank_all(who.people, offered(clock.now()).things))
    suppliers = {one.id: one.name for one in list_suppliers()}
    by_supplier = {person: suppliers[one] for person, one in who.suppliers.items()}
    sexes = sexes_of(one.id for one in who.people)
    by_sex = {one.id: _sex_words(sexes.get(one.id)) for one in who.people}
    by_language = {person: str(LANGUAGES.get(code, code)) for person, code in who.languages.items()}
    return render_template(
        "courses/fairness.html",
        suppliers=_shares(shares(by_supplier, ranked)),
        languages=_shares(shares(by_language, ranked)),
        sexes=_shares(shares(by_sex, ranked)),
        people=len(who.people),
        weights=[(str(REASONS[one]), f"{points:+d}") for one, points in POINTS.items()],
    )


def _sex_words(sex: Sex | None) -> str:
    if sex is None:
        return _("Not known")
    return _("Women") if sex is Sex.WOMAN else _("Men")


def _shares(found: list[Share]) -> list[tuple[str, ...]]:
    """Return groups with their numbers; so few people that they could be known are only named."""
    people = sum(one.people for one in found)
    firsts = sum(one.first_places for one in found)
    told = suppressed({one.group: one.people for one in found})
    return [_share(one, people, firsts, is_hidden=told[one.group] is None) for one in found]


def _share(one: Share, people: int, firsts: int, *, is_hidden: bool) -> tuple[str, ...]:
    if is_hidden:
        few = _("Fewer than five") if one.people < FEWEST else _("Not shown")
        return one.group, few, "–", "–", "–"
    return (
        one.group,
        str(one.people),
        _percent(one.people, people),
        _percent(one.suggested, one.people),
        _percent(one.first_places, firsts),
    )


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "–"
