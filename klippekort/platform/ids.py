"""Identifiers made by the program, never by the database."""

import os
import time
from uuid import UUID

_RANDOM = (1 << 80) - 1 & ~(0xF << 76 | 0x3 << 62)  # all but the version and the variant
_VERSION_7 = 0x7 << 76 | 0x2 << 62


def new_id() -> UUID:
    """Return a UUIDv7: 48 bits of milliseconds, then random bits, so that new rows lie together."""
    random = int.from_bytes(os.urandom(10), "big") & _RANDOM
    return UUID(int=int(time.time() * 1000) << 80 | _VERSION_7 | random)
