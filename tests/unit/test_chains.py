"""A link between two entries, and the id of a lot, are the same for ever."""

import hashlib
import json
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.chains import is_sealed, link_hash, sealed
from klippekort.platform.ids import new_id

_ids = st.uuids().map(str) | st.just("None")


@given(
    previous=st.text(max_size=64),
    card=st.uuids().map(str),
    seq=st.integers(1, 10**6),
    kind=st.text(max_size=20),
    reason=st.text(max_size=40),
    ids=st.lists(_ids, min_size=4, max_size=4),
    on=st.dates().map(lambda day: day.isoformat()),
)
def test_a_link_is_the_hash_of_its_values_as_a_json_list(
    previous: str, card: str, seq: int, kind: str, reason: str, ids: list[str], on: str
) -> None:
    lot, trip, reverses, actor = ids
    said = (previous, 7, card, seq, lot, kind, 30, trip, reverses, on, f"{on}T", reason, actor)
    assert link_hash(*said) == hashlib.sha256(json.dumps(said).encode()).hexdigest()


def test_a_link_that_was_made_once_is_made_the_same_again() -> None:
    found = link_hash(
        "",
        1,
        str(UUID(int=1)),
        1,
        str(UUID(int=2)),
        "credit",
        60,
        "None",
        "None",
        "2026-11-02",
        "2026-11-02T09:00:00.000000Z",
        "period",
        "None",
    )
    assert found == "b4384dbc47d87e903f683011d71eddc3e66ad969db88e079931bc424aaeb9f80"


SAID = (str(UUID(int=1)), "allowance", "2026-W45", "2026-11-02", "2027-01-31", "months")


def test_an_id_that_was_made_of_a_lot_once_is_made_the_same_again() -> None:
    made = UUID("019a44bc-d0a0-7abc-8123-456789abcdef")
    assert str(sealed(made, *SAID)) == "019a44bc-d0a0-8abc-9a82-c6e85c39e7dc"


@given(made=st.builds(new_id), place=st.integers(0, 5), other=st.text(max_size=40))
def test_a_lot_that_says_something_else_has_another_id(made: UUID, place: int, other: str) -> None:
    lot = sealed(made, *SAID)
    changed = [*SAID[:place], other, *SAID[place + 1 :]]

    assert is_sealed(lot)
    assert sealed(lot, *SAID) == lot
    assert (sealed(lot, *changed) == lot) == (other == SAID[place])


def test_ids_of_lots_follow_each_other_as_they_were_made() -> None:
    made = [new_id() for _ in range(50)]
    lots = [sealed(one, *SAID) for one in made]

    assert not any(is_sealed(one) for one in made)
    assert sorted(made) == made
    assert sorted(lots) == lots
