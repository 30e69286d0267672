"""Where somebody lives follows the address: kept while it stays, forgotten when it changes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.activities.models import Activity
from klippekort.activities.services import facts_of as facts_of_activity
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import CitizenFacts, facts_of, get_citizen, point_of
from klippekort.domain.permissions import Actor
from klippekort.domain.travel import Point
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Kind
from klippekort.imports.services.importing import prepare
from klippekort.imports.services.masking import MASK, masked_fault, preview_of
from klippekort.imports.services.run import Counts
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.people import add, change, inger
from tests.integration.imports.conftest import CITIZEN_HEADER, a_citizen, bring, file_of
from tests.integration.imports.test_other_kinds import ACTIVITIES, BANKO

POINT = Point(55.321, 10.7912)
HEADER = f"{CITIZEN_HEADER};Breddegrad;Længdegrad"
HERE, NOWHERE = ";55,3210;10.7912", ";;"


def known(citizen_id: UUID) -> CitizenFacts:
    with acting_for(HOME):
        return facts_of(get_citizen(citizen_id))


@pytest.fixture
def ada(cast: Cast) -> Actor:
    return cast.ada


@pytest.fixture
def somebody(cast: Cast) -> UUID:
    """A citizen whose home is on the map."""
    return add(cast.asta, replace(inger(cast), point=POINT))


def test_a_correction_of_something_else_leaves_the_home_where_it_is(cast: Cast, somebody: UUID):
    changed = change(cast.asta, somebody, replace(inger(cast), first_name="Ingrid"))
    assert changed == ["first_name"]
    assert known(somebody).point == POINT


@pytest.mark.parametrize("field", ["address", "postcode", "town"])
def test_another_home_is_not_where_the_old_one_was(cast: Cast, somebody: UUID, field: str):
    moved: dict[str, Any] = {field: "4684"}
    change(cast.asta, somebody, replace(inger(cast), **moved))
    assert known(somebody).point is None


def bring_citizen(ada: Actor, where: str, **changed: str) -> Counts:
    return bring(Kind.CITIZENS, file_of(HEADER, a_citizen(**changed) + where), ada)


def imported_point() -> Point | None:
    from_file = select(Citizen).where(Citizen.first_name == "Else")
    with acting_for(HOME):
        return point_of(db.session.scalars(from_file).one())


def test_a_file_may_say_where_a_home_lies(ada: Actor):
    assert bring_citizen(ada, HERE) == Counts(new=1)
    assert imported_point() == POINT


def test_the_same_file_again_changes_nothing(ada: Actor):
    bring_citizen(ada, HERE)
    assert bring_citizen(ada, HERE) == Counts(unchanged=1)


@pytest.mark.parametrize("header", [HEADER, CITIZEN_HEADER])
def test_a_file_that_does_not_say_leaves_a_home_where_it_is(ada: Actor, header: str):
    bring_citizen(ada, HERE)
    row = a_citizen() + (NOWHERE if header == HEADER else "")
    assert bring(Kind.CITIZENS, file_of(header, row), ada) == Counts(unchanged=1)
    assert imported_point() == POINT


def test_a_file_that_moves_a_home_forgets_where_it_was(ada: Actor):
    bring_citizen(ada, HERE)
    assert bring_citizen(ada, NOWHERE, address="Ny Vej 1") == Counts(changed=1)
    assert imported_point() is None


def test_a_home_that_was_put_wrong_can_be_put_right(ada: Actor):
    bring_citizen(ada, HERE)
    assert bring_citizen(ada, ";55,3300;10,7912") == Counts(changed=1)
    assert imported_point() == Point(55.33, 10.7912)


@pytest.mark.parametrize(
    ("where", "column", "code"),
    [
        (";55,3210;", "Længdegrad", Code.HALF_A_PLACE),
        (";;10,7912", "Breddegrad", Code.HALF_A_PLACE),
        (";10,7912;55,3210", "Breddegrad", Code.OUT_OF_RANGE),
        (";58,001;10,7912", "Breddegrad", Code.OUT_OF_RANGE),
        (";55,3210;15,301", "Længdegrad", Code.OUT_OF_RANGE),
        (";55°19'N;10,7912", "Breddegrad", Code.BAD_DEGREES),
        (";6132456,1;10,7912", "Breddegrad", Code.BAD_DEGREES),
        (";nan;10,7912", "Breddegrad", Code.BAD_DEGREES),
    ],
)
def test_what_is_no_place_in_denmark_is_said_at_its_column(where: str, column: str, code: Code):
    faults = prepare(Kind.CITIZENS, file_of(HEADER, a_citizen() + where)).faults
    assert (faults[0].column, faults[0].code) == (column, code)


def test_where_a_home_lies_is_not_shown_to_the_one_who_imports_it():
    rows = prepare(Kind.CITIZENS, file_of(HEADER, a_citizen() + HERE)).rows
    headers, row = preview_of(Kind.CITIZENS, rows)
    assert row[headers.index("Breddegrad, Længdegrad")] == MASK
    assert [cell for cell in row if "55" in cell] == []


def test_a_fault_does_not_show_where_a_home_lies():
    faults = prepare(Kind.CITIZENS, file_of(HEADER, a_citizen() + ";10,7912;55,3210")).faults
    assert {masked_fault(Kind.CITIZENS, fault).value for fault in faults} == {MASK}


BANKO_HEADER = f"{ACTIVITIES};Breddegrad;Længdegrad"


def bring_banko(ada: Actor, where: str, street: str = "Havnegade 4") -> Counts:
    row = BANKO.format(seats=20).replace("Havnegade 4", street) + where
    return bring(Kind.ACTIVITIES, file_of(BANKO_HEADER, row), ada)


def banko_at() -> tuple[float | None, float | None]:
    with acting_for(HOME):
        known = facts_of_activity(db.session.scalars(select(Activity)).one())
        return known.latitude, known.longitude


def test_a_file_may_say_where_an_activity_is_held(ada: Actor):
    assert bring_banko(ada, HERE) == Counts(new=1)
    assert bring_banko(ada, HERE) == Counts(unchanged=1)
    assert banko_at() == (55.321, 10.7912)


def test_a_file_that_does_not_say_leaves_an_activity_where_it_is(ada: Actor):
    bring_banko(ada, HERE)
    assert bring_banko(ada, NOWHERE) == Counts(unchanged=1)
    assert banko_at() == (55.321, 10.7912)


def test_an_activity_that_moves_is_not_where_it_was(ada: Actor):
    bring_banko(ada, HERE)
    assert bring_banko(ada, NOWHERE, street="Torvet 1") == Counts(changed=1)
    assert banko_at() == (None, None)


def test_the_preview_shows_where_an_activity_is_held():
    row = BANKO.format(seats=20) + HERE
    headers, shown = preview_of(
        Kind.ACTIVITIES, prepare(Kind.ACTIVITIES, file_of(BANKO_HEADER, row)).rows
    )
    assert shown[headers.index("Breddegrad, Længdegrad")] == "55.321, 10.7912"
