"""Above the limit a colleague decides, never oneself, and once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from klippekort.domain.corrections import (
    AlreadyDecided,
    AlreadyProposed,
    Correction,
    OwnProposal,
    ProposedAlike,
)
from klippekort.domain.errors import CardClosed, Forbidden, NotFound
from klippekort.domain.permissions import Actor
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import (
    CardCorrection,
    CorrectionDecision,
    CorrectionNote,
    EntryNote,
)
from klippekort.punchcards.queries.corrections import list_pending
from klippekort.punchcards.services.cards import end_card
from klippekort.punchcards.services.corrections import (
    LastDayGone,
    approve_correction,
    decline_correction,
)
from klippekort.punchcards.services.proof import verify_municipality
from tests.builders import MONDAY, a_card
from tests.cast import AWAY, HOME, Cast
from tests.integration.corrections.arrange import (
    LIMIT,
    correct,
    counter,
    entries,
    free,
    limit,
    said,
)

TODAY = MONDAY.date()


@pytest.fixture
def card(cast: Cast) -> UUID:
    limit(cast)
    return a_card(cast, cast.ellen)


def _propose(cast: Cast, card: UUID, minutes: int = LIMIT + 1, **said: Any) -> UUID:
    answer = correct(cast.karen, card, Correction.ADD, minutes, **said)
    assert answer["outcome"] == "proposed"
    return UUID(answer["id"])


def _approve(actor: Actor, proposed: UUID, **said: Any) -> dict[str, Any]:
    with acting_for(actor.municipality_id):
        done: dict[str, Any] = execute(
            approve_correction, actor, proposed, **{"now": MONDAY, **said}
        )
    return done


def _decline(actor: Actor, proposed: UUID) -> None:
    with acting_for(HOME):
        execute(decline_correction, actor, proposed, why="Det er et andet kort", now=MONDAY)


def test_at_the_limit_one_person_is_enough(cast: Cast, card: UUID) -> None:
    assert correct(cast.karen, card, Correction.ADD, LIMIT)["outcome"] == "applied"


def test_a_limit_is_not_split_into_several_corrections(cast: Cast, card: UUID) -> None:
    said = [
        correct(cast.karen, card, Correction.ADD, LIMIT - 1)["outcome"],
        correct(cast.karen, card, Correction.TAKE, 1)["outcome"],
        correct(cast.karen, card, Correction.ADD, 1)["outcome"],
        correct(cast.asta, card, Correction.ADD, LIMIT)["outcome"],
    ]
    assert said == ["applied", "applied", "proposed", "applied"]
    tomorrow = MONDAY + timedelta(days=1)
    assert correct(cast.karen, card, Correction.ADD, 1, now=tomorrow)["outcome"] == "applied"


def test_what_two_have_agreed_to_is_not_counted(cast: Cast, card: UUID) -> None:
    _approve(cast.asta, _propose(cast, card))
    assert correct(cast.karen, card, Correction.ADD, LIMIT)["outcome"] == "applied"


def test_above_it_nothing_happens_yet(cast: Cast, card: UUID) -> None:
    _propose(cast, card)
    assert free(card) == 300


def test_without_a_limit_a_colleague_always_decides(cast: Cast, card: UUID) -> None:
    limit(cast, None)
    _propose(cast, card, minutes=1)


def test_a_yes_makes_it_happen_in_the_name_of_who_proposed(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card, note="Fra papirkortet")
    done = _approve(cast.asta, proposed)
    last = entries(card)[-1]
    assert (done["moved"], free(card), last.actor_id) == (61, 361, cast.karen.account_id)
    with acting_for(HOME):
        decision = db.session.scalars(select(CorrectionDecision)).one()
        assert (decision.decided_by, decision.first_seq) == (cast.asta.account_id, last.seq)
        assert db.session.scalars(select(EntryNote.text)).one() == "Fra papirkortet"
        assert (list_pending(), verify_municipality()) == ([], [])


def test_nobody_approves_their_own(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card)
    with pytest.raises(OwnProposal):
        _approve(cast.karen, proposed)
    assert free(card) == 300


def test_nobody_turns_down_their_own(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card)
    with pytest.raises(OwnProposal):
        _decline(cast.karen, proposed)


def test_a_no_changes_nothing_and_says_why(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card)
    _decline(cast.asta, proposed)
    with acting_for(HOME):
        notes = db.session.scalars(select(CorrectionNote.text).filter_by(part="decision")).all()
        assert (list(notes), list_pending()) == (["Det er et andet kort"], [])
    assert free(card) == 300


@pytest.mark.parametrize("decide", [_approve, _decline])
def test_it_is_decided_once(cast: Cast, card: UUID, decide: Any) -> None:
    proposed = _propose(cast, card)
    _decline(cast.asta, proposed)
    with pytest.raises(AlreadyDecided):
        decide(cast.asta, proposed)


def test_a_double_press_is_one_yes(cast: Cast, card: UUID) -> None:
    proposed, key = _propose(cast, card), str(UUID(int=3))
    first, again = (_approve(cast.asta, proposed, key=key, content="x") for _press in range(2))
    assert (first, free(card)) == (again, 361)


@pytest.mark.parametrize("who", ["bo", "ida", "ada"])
def test_others_may_not_decide(cast: Cast, card: UUID, who: str) -> None:
    proposed = _propose(cast, card)
    with pytest.raises(Forbidden):
        _approve(getattr(cast, who), proposed)


def test_another_municipality_finds_nothing(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card)
    assert cast.frida.municipality_id == AWAY
    with pytest.raises(NotFound):
        _approve(cast.frida, proposed)


def test_one_line_waits_once(cast: Cast, card: UUID) -> None:
    limit(cast, 0)
    counter(cast.karen, entries(card)[0])
    with pytest.raises(AlreadyProposed):
        counter(cast.asta, entries(card)[0])


@pytest.mark.parametrize("kind", [Correction.ADD, Correction.TAKE, Correction.WAIVE])
def test_the_same_proposal_waits_once(cast: Cast, card: UUID, kind: Correction) -> None:
    correct(cast.karen, card, kind, LIMIT + 1, note="Fra papirkortet")
    with pytest.raises(ProposedAlike):
        correct(cast.karen, card, kind, LIMIT + 1, note="Fra papirkortet")
    with acting_for(HOME):
        assert len(list_pending()) == 1


OTHERS: list[dict[str, Any]] = [
    {"minutes": LIMIT + 2},
    {"note": "En gang til"},
    {"reason": "goodwill"},
    {"last_on": TODAY},
]


@pytest.mark.parametrize("changed", OTHERS)
def test_a_proposal_that_differs_is_another(
    cast: Cast, card: UUID, changed: dict[str, Any]
) -> None:
    _propose(cast, card)
    _propose(cast, card, **changed)


def test_two_people_may_propose_the_same(cast: Cast, card: UUID) -> None:
    _propose(cast, card)
    assert correct(cast.asta, card, Correction.ADD, LIMIT + 1)["outcome"] == "proposed"


def test_what_was_decided_may_be_proposed_again(cast: Cast, card: UUID) -> None:
    _decline(cast.asta, _propose(cast, card))
    _propose(cast, card)


def test_what_can_no_longer_be_done_still_waits(cast: Cast, card: UUID) -> None:
    limit(cast, 0)
    proposed = UUID(counter(cast.karen, entries(card)[0])["id"])
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="moved", now=MONDAY)
    with pytest.raises(CardClosed):
        _approve(cast.asta, proposed)
    with acting_for(HOME):
        assert [one.correction.id for one in list_pending()] == [proposed]


def test_a_last_day_that_went_by_while_waiting_is_told(cast: Cast, card: UUID) -> None:
    proposed = _propose(cast, card, last_on=TODAY)
    with pytest.raises(LastDayGone):
        _approve(cast.asta, proposed, now=MONDAY + timedelta(days=1))
    assert free(card) == 300


def test_a_proposal_to_take_waives_what_has_been_used_meanwhile(cast: Cast, card: UUID) -> None:
    answer = correct(cast.karen, card, Correction.TAKE, 300)
    limit(cast, 300)
    correct(cast.asta, card, Correction.TAKE, 300)
    done = _approve(cast.asta, UUID(answer["id"]))
    assert (done["moved"], done["waived"]) == (0, 300)
    assert said(card)[-1] == ("waive", 300)


def _row(cast: Cast, card: UUID, **changed: Any) -> CardCorrection:
    facts = {
        "id": new_id(),
        "card_id": card,
        "kind": "add",
        "minutes": 5,
        "reason_code": "other",
        "proposed_by": cast.karen.account_id,
        "proposed_at": clock.now(),
    }
    return CardCorrection(**{**facts, **changed})


BAD = [{"minutes": 0}, {"kind": "gift"}, {"kind": "reverse"}, {"kind": "take", "last_on": TODAY}]


@pytest.mark.parametrize("changed", BAD)
def test_the_database_refuses_nonsense(cast: Cast, card: UUID, changed: dict[str, Any]) -> None:
    with acting_for(HOME), pytest.raises(DBAPIError):
        execute(db.session.add, _row(cast, card, **changed))


def _decision(cast: Cast, row: UUID, by: UUID | None, of: UUID | None) -> CorrectionDecision:
    return CorrectionDecision(
        correction_id=row,
        proposed_by=of,
        decided_by=by,
        decided_at=clock.now(),
        outcome="declined",
    )


@pytest.mark.parametrize("of", ["karen", "asta"])
def test_the_database_too_knows_that_nobody_decides_their_own(
    cast: Cast, card: UUID, of: str
) -> None:
    """Neither as oneself, nor by naming somebody else as who proposed it."""
    row = _propose(cast, card)
    karen = cast.karen.account_id
    decision = _decision(cast, row, karen, getattr(cast, of).account_id)
    with acting_for(HOME), pytest.raises(DBAPIError):
        execute(db.session.add, decision)
