"""Groups, people who wait for them, and pages pressed as a facilitator presses them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from klippekort.activities.models import Place
from klippekort.domain.groups.forms import FORMS
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.groups.life import Step
from klippekort.groups import services
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import line_of, members_of
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast

TUESDAY = date(2026, 12, 1)
RULES = "Det vi siger, bliver her.\nVi støtter hinanden. Det er ikke behandling."


def run(service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a service for Lindeby, in a transaction of its own."""
    with acting_for(HOME):
        return execute(service, *args, **kwargs)


def here(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Read something of Lindeby's as it is now."""
    with acting_for(HOME):
        db.session.rollback()
        found = read(*args, **kwargs)
        db.session.expunge_all()
        return found


def a_place(name: str = "Havestuen", address: str = "Kirkevej 3") -> UUID:
    """Add a place to meet at and return its id."""
    row_id = new_id()

    def add() -> None:
        db.session.add(Place(id=row_id, name=name, address=address, postcode="4681"))

    run(add)
    return row_id


def details(
    name: str = "Onsdagsgruppen", place_id: UUID | None = None, **told: Any
) -> services.Details:
    """Return what is told of a group."""
    return services.Details(
        neutral_name=name,
        aim="At mødes",
        target="",
        place_id=place_id,
        room="Stuen",
        online_url=None if place_id else "https://eksempel.dk/rum",
        welcome="Karin med det røde tørklæde",
        agreement_until=None,
        celebrates=True,
        **told,
    )


def shape(code: str = "self_help", **facts: Any) -> services.Shape:
    """Return a group's shape as its form usually is."""
    form = FORMS[code]
    usual = services.Shape(
        form=code,
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
        first_on=TUESDAY,
        starts=time(19),
        rules=RULES,
    )
    return replace(usual, **facts)


def a_group(
    cast: Cast,
    code: str = "self_help",
    *,
    name: str = "Onsdagsgruppen",
    leaders: bool = True,
    place_id: UUID | None = None,
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> UUID:
    """Set a group up and return its id; `leaders` are Viggo and Bo."""
    made = run(
        services.set_up,
        cast.karen,
        details(name, place_id, **(told or {})),
        shape(code, **facts),
        now=MONDAY,
    )
    if leaders:
        run(
            services.add_leader,
            cast.karen,
            UUID(made),
            volunteer_id=cast.viggo.person_id,
            is_experienced=True,
            now=MONDAY,
        )
        run(
            services.add_leader,
            cast.karen,
            UUID(made),
            care_worker_id=cast.bo.person_id,
            now=MONDAY,
        )
    return UUID(made)


def interest(cast: Cast, group_id: UUID, name: str = "Ruth", *, now: Any = MONDAY) -> UUID:
    """Put somebody we do not know as a citizen in a group's line and return the place's id."""
    asked = services.Asked(f"20 12 34 56, spørg efter {name}", "self", name)
    return UUID(run(services.add_interest, cast.karen, group_id, asked, now=now))


def joined(cast: Cast, group_id: UUID, name: str = "Ruth", *, now: Any = MONDAY) -> UUID:
    """Let somebody go all the way into a group and return the place's id."""
    member_id = interest(cast, group_id, name, now=now)
    let_in(cast, member_id, now=now)
    return member_id


def let_in(cast: Cast, member_id: UUID, *, now: Any = MONDAY) -> None:
    """Talk with somebody, offer them a place, and take their yes."""
    talk = services.Talk(Outcome.FITS)
    run(services.note_talk, cast.karen, member_id, talk, now=now)
    run(services.offer, cast.karen, member_id, past_others="balance", now=now)
    run(services.answer, cast.karen, member_id, says_yes=True, now=now)


def group_now(group_id: UUID) -> SupportGroup:
    """Return a group as it is now."""
    found: SupportGroup = here(get_group, group_id)
    return found


def meetings_now(group_id: UUID) -> list[GroupMeeting]:
    """Return a group's meetings as they are now."""
    return list(here(meetings_of, group_id))


def names_in(group_id: UUID) -> list[str | None]:
    """Return what the members of a group are called, as far as it is kept."""
    return [one.name for one in here(members_of, group_id)]


def line_now(group_id: UUID) -> list[Any]:
    """Return the line in front of a group as it is now."""

    def read() -> list[Any]:
        return line_of(get_group(group_id), MONDAY.date())

    found: list[Any] = here(read)
    return found


def press(client: FlaskClient, address: str, **said: Any) -> Any:
    """Send a form with a key of its own and return the answer."""
    answer = client.post(address, data={"key": str(uuid4()), **said})
    assert answer.location is None or not answer.location.endswith("/log-ind")
    return answer


def set_up_by_form(client: FlaskClient, code: str, name: str, **said: Any) -> str:
    """Set a group up on its page, with what the page suggests, and return the group's address."""
    page = client.get(f"/grupper/ny/{code}")
    assert page.status_code == 200
    answer = press(
        client, f"/grupper/ny/{code}", **{**suggested(page.text), "neutral_name": name, **said}
    )
    assert answer.status_code == 303, _errors(answer.text)
    listed = client.get("/grupper").text
    return next(
        str(address)
        for address, called in re.findall(r'href="(/grupper/[0-9a-f-]{36})">([^<]*)<', listed)
        if called == name
    )


def content_of(page: str) -> str:
    """Return a page from its heading on, without what stands around every page."""
    return page[page.index("<h1") :]


def suggested(page: str) -> dict[str, str]:
    """Return the answers that a page with one form has filled in."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        is_choice = kind is not None and kind[1] in ("radio", "checkbox")
        if name and value and (not is_choice or " checked" in tag):
            found[name[1]] = value[1]
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name_] = chosen[1] if chosen else ""
    for name_, words in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        found[name_] = words.strip()
    found.pop("csrf_token", None)
    found.pop("key", None)
    return found


def _errors(page: str) -> str:
    found = re.search(r"error-list.*?</ul>", page, re.S)
    return found[0] if found else page[:400]


def days_on(**span: int) -> Any:
    """Return an instant after Monday morning."""
    return MONDAY + timedelta(**span)


def begin(cast: Cast, group_id: UUID) -> None:
    """Let a group begin."""
    run(services.take_step, cast.karen, group_id, Step.START, now=MONDAY)


def a_running_group(cast: Cast, code: str = "conversation", **facts: Any) -> UUID:
    """Return a group under way with three members."""
    group_id = a_group(cast, code, smallest=3, **facts)
    for name in ("Ruth", "Inge", "Ella"):
        joined(cast, group_id, name)
    begin(cast, group_id)
    return group_id
