"""What holds a card's ledger together: an entry's link to the one before it, and a lot's id."""

import hashlib
from json import dumps
from json.encoder import encode_basestring_ascii as quoted
from uuid import UUID

_VERSION, _VARIANT = 0xF << 76, 0x3 << 62
_VERSION_8, _VARIANT_RFC = 0x8 << 76, 0x2 << 62
_DIGEST_BITS = (1 << 62) - 1
_SEALED = 8


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


def sealed(
    made: UUID,
    card_id: str,
    source: str,
    period: str,
    credited_on: str,
    expires_on: str,
    expiry_rule: str,
) -> UUID:
    """Return a lot's id: the first half of `made`, then 62 bits of what the lot says (UUIDv8).

    Every entry names its lot inside the chain, so a lot whose dates are changed no longer has the
    id that its entries name. The digest is SHA-256 over the first half and the values, as
    `link_hash` writes them. An id that was sealed stays as it is.
    """
    first = made.int & ~_VERSION & ~_VARIANT & ~_DIGEST_BITS | _VERSION_8 | _VARIANT_RFC
    said = [f"{first >> 64:016x}", card_id, source, period, credited_on, expires_on, expiry_rule]
    digest = int.from_bytes(hashlib.sha256(dumps(said).encode()).digest()[:8], "big")
    return UUID(int=first | digest & _DIGEST_BITS)


def is_sealed(lot_id: UUID) -> bool:
    """Return whether an id says what its lot says; those of lots made earlier do not."""
    return lot_id.version == _SEALED
