"""The promise holds: whoever searches the whole database, and every page, finds nobody."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ForeignKeyConstraint, inspect, text

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.joining import Outcome
from klippekort.domain.permissions import ALLOWED, Actor
from klippekort.domain.trips import Transport
from klippekort.groups import services
from klippekort.groups.forms.words import THEMES
from klippekort.groups.jobs import lapse_offers
from klippekort.groups.queries import meeting_address
from klippekort.groups.queries.members import members_of, own_groups
from klippekort.platform.auth import access_of
from klippekort.platform.db import Base, db
from klippekort.platform.i18n import force_locale
from klippekort.platform.tenancy import acting_for
from klippekort.trips.services.agreements import AgreementOrder, agree, book_day
from tests.builders import MONDAY, a_card, a_shift
from tests.cast import HOME, Cast, make_citizen
from tests.integration.groups.arrange import (
    TUESDAY,
    a_group,
    a_place,
    days_on,
    group_now,
    here,
    line_now,
    meetings_now,
    press,
    run,
    set_up_by_form,
)
from tests.integration.groups.conftest import Browse
from tests.integration.tablet import StandingClock

FIRST, LAST, PHONE = "Zenobia", "Qvistgaardsen", "29 87 65 43"
NAME = "Tirsdagsstuen"
OWN = {
    "support_group",
    "group_rules",
    "group_facilitator",
    "group_meeting",
    "group_stand_in",
    "group_member",
    "group_member_citizen",
    "group_attendance",
    "group_interest",
    "group_note",
    "group_evaluation",
    "group_leaving",
    "group_proposal",
    "group_need",
    "group_settings",
    "group_post",
    "group_material",
    "group_picture",
    "group_visit",
    "group_reply",
    "group_change",
    "group_milestone",
    "group_call",
}


@pytest.fixture
def zenobia(cast: Cast) -> UUID:
    """A citizen whose name is nobody else's."""

    def add() -> str:
        return str(make_citizen(FIRST, LAST, supplier=cast.supplier, district=cast.north))

    return UUID(run(add))


def cells() -> Iterator[tuple[str, str, str]]:
    """Yield every cell of every table of the database, as table, column and small letters."""
    connection = db.session.connection()
    for table in sorted(inspect(connection).get_table_names()):
        rows = connection.execute(text(f'select * from "{table}"'))  # noqa: S608
        for row in rows.mappings():
            for column, value in row.items():
                yield table, column, _said(value)


def _said(value: Any) -> str:
    is_bytes = isinstance(value, bytes | memoryview)
    return (bytes(value).decode("utf-8", "replace") if is_bytes else str(value)).casefold()


def places_of(*traces: str) -> set[tuple[str, str]]:
    """Return where in the database one of these stands, in whatever letters."""
    sought = [trace.casefold() for trace in traces]
    with acting_for(HOME):
        db.session.rollback()
        return {
            (table, column)
            for table, column, said in cells()
            if any(trace in said for trace in sought)
        }


def traces_of(citizen_id: UUID) -> tuple[str, ...]:
    """Return all by which Zenobia could be found, but her first name."""
    return LAST, PHONE, PHONE.replace(" ", ""), str(citizen_id), citizen_id.hex


def outside_citizens(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what was found elsewhere than in the citizen's own row."""
    return {(table, column) for table, column in found if table != "citizen"}


class Live:
    """Zenobia's way through a group, pressed page by page; what is kept is looked at on the way."""

    def __init__(self, browse: Browse, cast: Cast, clock: StandingClock, code: str) -> None:
        self.browse, self.cast, self.clock = browse, cast, clock
        said = {"place": str(a_place()), "first_on": "2026-12-01", "starts": "10.00"}
        self.address = set_up_by_form(self.client, code, NAME, **said)
        self.group_id = UUID(self.address.rsplit("/", 1)[1])

    @property
    def client(self) -> FlaskClient:
        """The coordinator's browser, logged in anew."""
        return self.browse(self.cast.karen)

    def waits(self) -> None:
        """Stand in line, be talked with, be asked, let it lapse, and be asked again."""
        contact = f"{FIRST} {LAST}, ring {PHONE}"
        said = {"contact": contact, "first_name": FIRST, "source": "self"}
        press(self.client, f"{self.address}/venteliste/ny", **said)
        press(self.client, f"{self.place}/samtale", outcome="fits")
        press(self.client, f"{self.place}/tilbud")
        self.clock.pass_(days=4)
        with acting_for(HOME):
            assert lapse_offers(self.clock.at.date(), self.clock.at).done == 1
        press(self.client, f"{self.place}/tilbud")

    @property
    def place(self) -> str:
        return f"/grupper/pladser/{line_now(self.group_id)[0].id}"

    def joins_and_comes(self) -> None:
        """Say yes, come to a meeting, tell how it was; the next one is moved."""
        press(self.client, f"{self.place}/ja", promised="y", shares_contact="y")
        first, second = meetings_now(self.group_id)[:2]
        self.clock.at = first.ends_at
        here_ = f"/grupper/moeder/{first.id}"
        press(self.client, f"{here_}/fremmoede", head_count="5", visitors="0")
        press(self.client, f"{here_}/hvordan", answer="well")
        moved = {"day": "2026-12-22", "starts": "11.00"}
        press(self.client, f"/grupper/moeder/{second.id}/flyt", **moved)

    def leaves(self) -> None:
        """Leave the group: by the place, or as one head fewer."""
        inside = here(members_of, self.group_id)
        place = f"/grupper/pladser/{inside[0].id}/farvel" if inside else ""
        where = place or f"{self.address}/farvel"
        press(self.client, where, reason="done")


def test_the_search_finds_what_is_there(app: Flask, zenobia: UUID, cast: Cast):
    group_id = a_group(cast, "self_help")
    run(services.suggest, cast.karen, group_id, zenobia, now=MONDAY)
    assert ("group_member_citizen", "citizen_id") in places_of(str(zenobia), zenobia.hex)


@pytest.mark.parametrize("code", ["bereavement", "anonymous"])
def test_nothing_in_the_whole_database_leads_to_a_member(
    code: str, browse: Browse, cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    life = Live(browse, cast, clock_stands, code)
    life.waits()
    assert outside_citizens(places_of(*traces_of(zenobia))) == set()
    life.joins_and_comes()
    assert outside_citizens(places_of(*traces_of(zenobia))) == set()


@pytest.mark.parametrize(
    ("code", "kept"), [("bereavement", {("group_member", "first_name")}), ("anonymous", set())]
)
def test_a_first_name_stands_only_where_it_was_promised(
    code: str,
    kept: set[tuple[str, str]],
    browse: Browse,
    cast: Cast,
    clock_stands: StandingClock,
    zenobia: UUID,
):
    life = Live(browse, cast, clock_stands, code)
    life.waits()
    life.joins_and_comes()
    assert outside_citizens(places_of(FIRST)) == kept


@pytest.mark.parametrize("code", ["bereavement", "anonymous"])
def test_whoever_leaves_was_never_there(
    code: str, browse: Browse, cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    life = Live(browse, cast, clock_stands, code)
    life.waits()
    life.joins_and_comes()
    life.leaves()
    assert outside_citizens(places_of(FIRST, *traces_of(zenobia))) == set()


@pytest.mark.parametrize("code", ["bereavement", "anonymous"])
def test_no_page_of_others_tells_of_the_group_or_its_theme(
    code: str, browse: Browse, cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    life = Live(browse, cast, clock_stands, code)
    life.waits()
    life.joins_and_comes()
    theme = str(THEMES[group_now(life.group_id).theme])
    others = (cast.asta, cast.bo, cast.mia, cast.ida, cast.ada, cast.viggo)
    telling = [
        (path, actor.role)
        for actor in others
        for path, page in pages_of(browse(actor), actor, zenobia)
        if NAME in page or theme in page or str(life.group_id) in page
    ]
    assert telling == []


def pages_of(client: FlaskClient, actor: Actor, citizen_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield the pages that somebody may open with nothing but a citizen's id in the address."""
    app = client.application
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or access.action is None or "GET" not in (rule.methods or set()):
            continue
        if actor.role in ALLOWED[access.action] and rule.arguments <= {"citizen_id"}:
            known = {"citizen_id": citizen_id} if rule.arguments else {}
            path = adapter.build(rule.endpoint, known)
            yield path, client.get(path).data.decode("utf-8", "replace")


def test_only_groups_by_name_are_tied_to_citizens_by_the_tables_themselves():
    tied = {
        table.name
        for table in Base.metadata.tables.values()
        if table.name in OWN and _targets(table) & {"citizen", "trip", "trip_rider", "account"}
    }
    assert tied == {"group_member_citizen"}


def test_nothing_outside_groups_is_tied_to_one():
    tied = {
        table.name
        for table in Base.metadata.tables.values()
        if table.name not in OWN and _targets(table) & OWN
    }
    assert tied == set()


SHARED = {"municipality", "place", "volunteer", "care_worker"}
"""What all groups and citizens have in common, so that it leads from nobody to no group."""


def test_one_way_alone_leads_from_a_citizen_to_a_group():
    ways: dict[str, set[str]] = {}
    for table in Base.metadata.tables.values():
        for other in _targets(table) - SHARED - {table.name}:
            ways.setdefault(table.name, set()).add(other)
            ways.setdefault(other, set()).add(table.name)
    reached, ahead = {"citizen"}, ["citizen"]
    while ahead:
        for name in ways[ahead.pop()] - SHARED - reached:
            reached.add(name)
            ahead += [] if name in OWN else [name]
    assert reached & OWN == {"group_member_citizen"}


def _targets(table: Any) -> set[str]:
    return {
        element.column.table.name
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for element in constraint.elements
    }


def test_a_trip_to_a_meeting_knows_an_address_and_a_time(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    life = Live(browse, cast, clock_stands, "bereavement")
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    meeting = meetings_now(life.group_id)[0]
    where = here(meeting_address, meeting.id)
    order = AgreementOrder(
        citizen_id=cast.ellen,
        activity_id=None,
        destination=where.word,
        address=where.address,
        postcode=where.postcode,
        kind="talk",
        weekday=TUESDAY.weekday(),
        every_weeks=2,
        starts=time(10),
        minutes=120,
        travel_each_way=10,
        transport=Transport.WALK,
        care_worker_id=cast.bo.person_id,
        agreed_how="said",
        from_on=TUESDAY,
    )
    made = UUID(run(agree, cast.karen, order, now=MONDAY))
    assert run(book_day, cast.karen, made, TUESDAY, now=MONDAY) is not None
    ids = [str(life.group_id), life.group_id.hex, str(meeting.id), meeting.id.hex]
    told = {table for table, _ in places_of(NAME, "Havestuen", *ids)} - OWN
    assert told <= {"audit_line", "answer", "place"}
    assert ("trip", "address") in places_of(where.address)


def test_what_is_on_record_about_a_group_concerns_no_citizen(
    browse: Browse, cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    life = Live(browse, cast, clock_stands, "anonymous")
    life.waits()
    life.joins_and_comes()
    with acting_for(HOME):
        about = db.session.connection().execute(
            text(
                "select count(*) from audit_citizen join audit_line on audit_line.id = line_id"
                " where subject_kind = 'group'"
            )
        )
        assert about.scalar() == 0


@pytest.mark.parametrize("code", ["bereavement", "anonymous", "self_help"])
def test_a_theme_stands_in_its_own_columns_alone(
    code: str, browse: Browse, cast: Cast, clock_stands: StandingClock
):
    life = Live(browse, cast, clock_stands, code)
    life.waits()
    life.joins_and_comes()
    theme = Theme(group_now(life.group_id).theme)
    words = [str(THEMES[theme])]
    with force_locale("en_GB"):
        words.append(str(THEMES[theme]))
    found = {
        (table, column)
        for table, column in places_of(theme.value, *words)
        if table in ("audit_line", "outbox_message", "answer", *OWN)
    }
    assert found == {("support_group", "theme")}


def test_a_promise_that_grows_leaves_no_way_back(
    cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    group_id = a_group(cast, "self_help")
    member_id = UUID(run(services.suggest, cast.karen, group_id, zenobia, now=MONDAY))
    fits = services.Talk(Outcome.FITS)
    run(services.note_talk, cast.karen, member_id, fits, now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    run(services.answer, cast.karen, member_id, says_yes=True, now=MONDAY)
    meeting = meetings_now(group_id)[0]
    came = services.Held(1, frozenset({member_id}))
    run(services.hold_meeting, cast.karen, meeting.id, came, now=meeting.ends_at)
    run(services.raise_anonymity, cast.karen, group_id, Anonymity.FIRST_NAME, now=MONDAY)
    assert {table for table, _ in places_of(str(zenobia), zenobia.hex)} <= {
        "citizen",
        "audit_citizen",
    }
    assert {table for table, _ in places_of(str(member_id), member_id.hex)} <= {
        "audit_line",
        "answer",
    }


@pytest.mark.parametrize("to", [Anonymity.FIRST_NAME, Anonymity.HEAD_COUNT])
def test_no_time_on_record_leads_to_a_place(cast: Cast, zenobia: UUID, to: Anonymity):
    group_id = a_group(cast, "self_help", first_on=date(2027, 1, 12))
    for citizen_id in (zenobia, cast.ellen, cast.poul):
        member_id = UUID(
            run(services.suggest, cast.karen, group_id, citizen_id, now=days_on(days=1))
        )
        fits = services.Talk(Outcome.FITS)
        run(services.note_talk, cast.karen, member_id, fits, now=days_on(days=2))
        if citizen_id == cast.poul:
            continue
        run(services.offer, cast.karen, member_id, now=days_on(days=3))
        run(services.answer, cast.karen, member_id, says_yes=True, now=days_on(days=4))
    run(services.leave, cast.karen, member_id_of(cast.ellen), "done", now=days_on(days=8))
    run(services.raise_anonymity, cast.karen, group_id, to, now=days_on(days=20))
    days = [str(days_on(days=number).date()) for number in (1, 2, 3, 4, 8)]
    assert {table for table, _ in places_of(*days)} & OWN == set()


def test_what_is_kept_for_a_key_leads_from_no_line_of_a_citizen_to_a_group(
    browse: Browse, cast: Cast, clock_stands: StandingClock, zenobia: UUID
):
    group_id = a_group(cast, "self_help", first_on=date(2027, 1, 12))
    karen = browse(cast.karen)
    said = {"group": str(group_id), "said_yes": "y"}
    press(karen, f"/borgere/{zenobia}/grupper", **said)
    place = f"/grupper/pladser/{member_id_in_line(group_id)}"
    told: tuple[tuple[str, dict[str, str]], ...] = (
        ("samtale", {"outcome": "fits"}),
        ("tilbud", {}),
        ("ja", {"promised": "y"}),
        ("vis", {"shows": "y"}),
        ("nummer", {"shares": "y"}),
        ("farvel", {"reason": "time"}),
    )
    for part, answers in told:
        clock_stands.pass_(minutes=7)
        assert press(karen, f"{place}/{part}", **answers).status_code == 303, part
    clock_stands.pass_(minutes=7)
    run(services.raise_anonymity, cast.karen, group_id, Anonymity.FIRST_NAME, now=clock_stands.at)
    assert joined_by_time(group_id) == set()


def member_id_in_line(group_id: UUID) -> UUID:
    """Return the place of the only one who waits."""
    [one] = line_now(group_id)
    return UUID(str(one.id))


def joined_by_time(group_id: UUID) -> set[str]:
    """Return what is kept of a group at an instant at which something is on record of a citizen."""

    def read() -> set[str]:
        rows = db.session.connection().execute(
            text(
                "select answer.answer from answer"
                " join audit_line on audit_line.recorded_at = answer.recorded_at"
                " join audit_citizen on audit_citizen.line_id = audit_line.id"
            )
        )
        told = {str(answer) for (answer,) in rows}
        return {one for one in told if str(group_id) in one or group_id.hex in one}

    return set(here(read))


def member_id_of(citizen_id: UUID) -> UUID:
    """Return the place of a citizen who is in one group."""

    def read() -> UUID:
        [(_group, row, _tie)] = own_groups(citizen_id)
        return row.id

    return UUID(str(here(read)))


def test_a_promise_of_heads_leaves_a_number(cast: Cast, clock_stands: StandingClock, zenobia: UUID):
    group_id = a_group(cast, "self_help")
    member_id = UUID(run(services.suggest, cast.karen, group_id, zenobia, now=MONDAY))
    fits = services.Talk(Outcome.FITS)
    run(services.note_talk, cast.karen, member_id, fits, now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    run(services.answer, cast.karen, member_id, says_yes=True, now=MONDAY)
    run(services.raise_anonymity, cast.karen, group_id, Anonymity.HEAD_COUNT, now=MONDAY)
    assert group_now(group_id).counted_members == 1
    assert ("group_member", "first_name") not in places_of(FIRST)
