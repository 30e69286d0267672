"""Browsers of the cast, on a Monday that stands still, and Ellen with much before her."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.permissions import Actor
from klippekort.groups import services as groups
from klippekort.messages.services import queue_call
from klippekort.platform.db import db
from klippekort.trips.services.agreements import agree
from klippekort.volunteers.models import VolunteerCompany
from klippekort.waiting.services.standing import StandingFacts, agree_standing, propose
from klippekort.waiting.services.wishes import WishFacts, make_wish
from tests.builders import MONDAY, a_shift, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration import tablet
from tests.integration.groups.arrange import a_group, let_in
from tests.integration.tablet import StandingClock
from tests.integration.trips.test_agreements import an_order as an_agreement
from tests.integration.waiting.arrange import a_series, cards_for, fill, run, waits
from tests.login import log_in

Browse = Callable[[Actor], FlaskClient]
WEEK = [date(2026, 11, 23) + timedelta(days=day) for day in range(21)]


@dataclass(frozen=True)
class Plans:
    """What Ellen had before her when she left."""

    trip: UUID
    wish: UUID
    place_in_line: UUID
    standing: UUID
    agreement: UUID
    group: UUID
    company: UUID


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    return tablet.stand_still(monkeypatch)


@pytest.fixture
def browse(app: Flask, cast: Cast) -> Browse:
    """Return a function that opens a browser with somebody logged in."""
    return lambda actor: log_in(app.test_client(), actor)


def _hosted(occurrence_id: UUID, host: Actor) -> None:
    def set_host() -> None:
        date_ = db.session.query(Occurrence).filter_by(id=occurrence_id).one()
        activity = db.session.query(Activity).filter_by(id=date_.activity_id).one()
        activity.host_id = date_.host_id = host.person_id

    run(set_host)


def _company(cast: Cast) -> UUID:
    def add() -> str:
        row = VolunteerCompany(
            volunteer_id=cast.viggo.person_id,
            citizen_id=cast.ellen,
            on_day=WEEK[4],
            kind="go_along",
            agreed_at=MONDAY,
        )
        db.session.add(row)
        db.session.flush()
        return str(row.id)

    return UUID(run(add))


def _group(cast: Cast) -> UUID:
    group = a_group(cast, "self_help")
    place = UUID(run(groups.suggest, cast.karen, group, cast.ellen, now=MONDAY))
    let_in(cast, place)
    return group


@pytest.fixture
def plans(cast: Cast) -> Plans:
    """Ellen, with trips, a group, wishes, a standing agreement, an offer and a call waiting."""
    cards_for(cast, cast.ellen, cast.poul)
    for day in WEEK:
        a_shift(cast.bo, day)
        a_shift(cast.mia, day)
    cards = an_occurrence(MONDAY + timedelta(days=1, hours=2))
    _hosted(cards, cast.viggo)
    trip = a_trip(cast.karen, cast.ellen, cards, cast.bo)
    full = an_occurrence(MONDAY + timedelta(days=8, hours=2), title="Sang")
    fill(full)
    wish = run(make_wish, cast.karen, cast.ellen, WishFacts("Se havet"), now=MONDAY)
    cafe = a_series([WEEK[9], WEEK[16]])
    standing = UUID(run(agree_standing, cast.karen, cast.ellen, StandingFacts(cafe, 2), now=MONDAY))
    run(propose, standing, now=MONDAY)
    run(
        queue_call,
        "greeting:1",
        "greeting",
        citizen_id=cast.ellen,
        supplier_id=cast.supplier,
        facts={},
        due_at=MONDAY,
        now=MONDAY,
    )
    return Plans(
        trip=trip,
        wish=UUID(wish),
        place_in_line=waits(cast.karen, cast.ellen, full),
        standing=standing,
        agreement=UUID(run(agree, cast.bo, an_agreement(cast), now=MONDAY)),
        group=_group(cast),
        company=_company(cast),
    )
