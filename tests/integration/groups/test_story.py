"""Every form that a real group has runs from set-up to self-run, pressed page by page."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.domain.groups.forms import FORMS
from klippekort.domain.groups.handing_over import Task
from tests.cast import Cast
from tests.integration.groups.arrange import (
    a_place,
    group_now,
    line_now,
    meetings_now,
    press,
    set_up_by_form,
)
from tests.integration.groups.conftest import Browse
from tests.integration.tablet import StandingClock


def take_in(client: FlaskClient, address: str, name: str) -> None:
    """Let somebody stand in line, be talked with, be offered a place, and say yes."""
    said = {"contact": f"Ring til {name}", "source": "self", "first_name": name}
    assert press(client, f"{address}/venteliste/ny", **said).status_code == 303
    group_id = UUID(address.rsplit("/", 1)[1])
    member_id = line_now(group_id)[-1].id
    place = f"/grupper/pladser/{member_id}"
    assert press(client, f"{place}/samtale", outcome="fits").status_code == 303
    assert press(client, f"{place}/tilbud").status_code == 303
    assert press(client, f"{place}/ja", promised="y").status_code == 303


def add_leaders(client: FlaskClient, address: str, cast: Cast) -> None:
    """Let Viggo and Bo lead a group."""
    for code in (f"v:{cast.viggo.person_id}", f"w:{cast.bo.person_id}"):
        said = {"person": code, "is_experienced": "y"}
        assert press(client, f"{address}/ledere", **said).status_code == 303


def hold(client: FlaskClient, group_id: UUID, number: int) -> None:
    """Tell that a meeting was held, with everybody there, led by the members."""
    row = meetings_now(group_id)[number - 1]
    page = client.get(f"/grupper/moeder/{row.id}/fremmoede").text
    came = re.findall(r'name="came"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="came"', page)
    said: dict[str, Any] = {"visitors": "0", "members_led": "y"}
    said |= {"came": [a or b for a, b in came]} if came else {"head_count": "5"}
    assert press(client, f"/grupper/moeder/{row.id}/fremmoede", **said).status_code == 303
    assert press(client, f"/grupper/moeder/{row.id}/hvordan", answer="well").status_code == 303


@pytest.mark.parametrize("code", FORMS)
def test_a_group_of_this_form_lives_until_it_runs_itself(
    code: str, browse: Browse, cast: Cast, clock_stands: StandingClock
):
    client = browse(cast.karen)
    said = {"place": str(a_place()), "first_on": "2026-12-01", "starts": "19.00"}
    address = set_up_by_form(client, code, "Tirsdagsgruppen", **said)
    group_id = UUID(address.rsplit("/", 1)[1])
    add_leaders(client, address, cast)
    for number in range(FORMS[code].smallest):
        take_in(client, address, f"Anna {number}")
    press(client, f"{address}/start")
    assert group_now(group_id).state == "running"
    for number in range(1, 5):
        clock_stands.at = meetings_now(group_id)[number - 1].ends_at + timedelta(minutes=5)
        client = browse(cast.karen)  # the log-in of last week is over
        hold(client, group_id, number)
    press(client, f"{address}/step_back")
    settled = {"tasks": [task.value for task in Task], "contact": "Karen, 20 12 34 56"}
    assert press(client, f"{address}/overdragelse", **settled).status_code == 303
    press(client, f"{address}/let_go")
    assert group_now(group_id).state == "self_run"
    assert press(client, f"{address}/slut", reason="finished").status_code == 303
    assert group_now(group_id).state == "ended"
