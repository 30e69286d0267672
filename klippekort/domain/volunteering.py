"""What volunteers can say about themselves, as codes: interests, languages, times, what they do."""

from enum import StrEnum

INTERESTS = ("walk", "meal", "music", "cards", "crafts", "exercise", "talk", "faith", "other")
"""The same kinds as activities have, so that one can be matched with the other."""

LANGUAGES = (
    "da",
    "sign",
    "en",
    "de",
    "sv",
    "no",
    "fo",
    "kl",
    "ar",
    "tr",
    "fa",
    "ur",
    "so",
    "pl",
    "bs",
    "uk",
)
"""Danish first; `sign` is Danish sign language, the rest are ISO 639-1."""

PARTS = ("morning", "afternoon", "evening")
"""Parts of a day that somebody may have time in."""

WEEKDAYS = tuple(range(7))
"""Monday is 0."""


class Task(StrEnum):
    """What a volunteer may be asked to do; each asks for its own checks."""

    HOST = "host"
    ALONE = "alone"
    HOME = "home"
    GO_ALONG = "go_along"
    DRIVE = "drive"
    CHILDREN = "children"


def tasks_of(*, goes_along: bool, drives: bool) -> tuple[Task, ...]:
    """Return what somebody has offered to do: everybody hosts, the rest they have said yes to."""
    offered = {Task.GO_ALONG: goes_along, Task.DRIVE: drives}
    return (Task.HOST, *(task for task, is_offered in offered.items() if is_offered))


def times_left(most: int, times: int) -> int:
    """Return how often a go-along friend may still accompany one citizen.

    `most` is what the friend has set, `times` how often the two have gone. It is never negative.
    """
    return max(0, most - times)
