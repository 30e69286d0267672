"""The link between an entry of a card and the one before it."""

import hashlib
from json.encoder import encode_basestring_ascii as quoted


def link_hash(
    previous: str,
    municipality_id: int,
    card_id: str,
    seq: int,
    lot_id: str,
    kind: str,
    minutes: int,
    trip_id: str,
    reverses_id: str,
    effective_on: str,
    recorded_at: str,
    reason: str,
    actor_id: str,
) -> str:
    """Return the hash of an entry after the one before it: SHA-256 over its values as a JSON list.

    Ids are written as UUIDs are, days in ISO 8601, instants as `stamp` writes them; what is not
    there is the word None. The list is put together by hand, as `json.dumps` would write it: a
    million of them are reckoned in a proof.
    """
    said = (
        f'[{quoted(previous)}, {municipality_id}, "{card_id}", {seq}, "{lot_id}", {quoted(kind)}, '
        f'{minutes}, "{trip_id}", "{reverses_id}", "{effective_on}", "{recorded_at}", '
        f'{quoted(reason)}, "{actor_id}"]'
    )
    return hashlib.sha256(said.encode()).hexdigest()
