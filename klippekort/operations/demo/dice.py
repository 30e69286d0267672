"""Chance that comes out the same every time: one seed, one town."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TypeVar
from uuid import UUID

Thing = TypeVar("Thing")


class Dice(Random):
    """A seeded source of choices and of identifiers."""

    def chance(self, share: float) -> bool:
        """Say yes in this share of cases, 0 to 1."""
        return self.random() < share

    def new_id(self, at: datetime) -> UUID:
        """Return a UUIDv7 of this instant whose random bits come from the seed."""
        raw = bytearray(int(at.timestamp() * 1000).to_bytes(6, "big") + self.randbytes(10))
        raw[6] = raw[6] & 0x0F | 0x70
        raw[8] = raw[8] & 0x3F | 0x80
        return UUID(bytes=bytes(raw))

    def some(self, things: Sequence[Thing], most: int) -> list[Thing]:
        """Return at most `most` of the things, in no order."""
        return self.sample(things, min(most, len(things)))
