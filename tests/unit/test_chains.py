"""The link between an entry and the one before it is the same for ever."""

import hashlib
import json
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.chains import link_hash

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
