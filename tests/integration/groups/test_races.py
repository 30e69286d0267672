"""Two who press at once: a place is offered once, and a citizen stands in line once."""

from functools import partial
from uuid import UUID

from flask import Flask

from klippekort.domain.groups.joining import Outcome
from klippekort.groups import services
from klippekort.platform.execute import execute
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.groups.arrange import a_group, interest, joined, line_now, run
from tests.races import race


def _offer(cast: Cast, member_id: UUID) -> str:
    answer: str = execute(services.offer, cast.karen, member_id, past_others="balance", now=MONDAY)
    return answer


def test_the_last_place_is_offered_to_one(committed_app: Flask, committed_cast: Cast):
    cast = committed_cast
    group_id = a_group(cast, "conversation", smallest=1, largest=2)
    joined(cast, group_id, "Ruth")
    waiting = [interest(cast, group_id, name) for name in ("Inge", "Ella")]
    for member_id in waiting:
        run(services.note_talk, cast.karen, member_id, services.Talk(Outcome.FITS), now=MONDAY)
    outcomes = race(committed_app, HOME, *(partial(_offer, cast, one) for one in waiting))
    assert len(outcomes.answers) == 1
    assert [type(refusal) for refusal in outcomes.refusals] == [services.CannotJoin]


def _suggest(cast: Cast, group_id: UUID) -> str:
    answer: str = execute(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)
    return answer


def test_a_citizen_stands_in_line_once(committed_app: Flask, committed_cast: Cast):
    group_id = a_group(committed_cast)
    deed = partial(_suggest, committed_cast, group_id)
    outcomes = race(committed_app, HOME, deed, deed, deed)
    assert len(outcomes.answers) == 1
    assert {type(refusal) for refusal in outcomes.refusals} == {services.AlreadyIn}
    assert len(line_now(group_id)) == 1
