"""Identifiers are UUIDv7, and come in the order in which they were made."""

import time
from uuid import RFC_4122

from klippekort.platform.ids import new_id


def test_they_are_of_version_seven() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_they_begin_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= new_id().int >> 80 <= time.time_ns() // 1_000_000


def test_what_is_made_later_comes_later() -> None:
    made = []
    for _ in range(200):
        made.append(new_id())
        began = time.time_ns()
        while time.time_ns() - began < 1_000:
            pass
    assert made == sorted(made)
