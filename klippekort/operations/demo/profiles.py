"""What the demo's volunteers say about themselves."""

from datetime import timedelta
from typing import Any

from klippekort.operations.demo.world import Frame

_INTERESTS = (("cards", "talk"), ("walk",), ("music", "meal"), ("crafts", "talk"), ("exercise",))
_LANGUAGES = (("da",), ("da", "en"), ("da", "ar"), ("da", "de"), ("da", "sign"))


def profile_of(frame: Frame, index: int) -> dict[str, Any]:
    """Return what the volunteer of this number offers: columns of `Volunteer`, from no chance."""
    started = frame.first_day - timedelta(days=200 + 97 * index)
    return {
        "interests": list(_INTERESTS[index % len(_INTERESTS)]),
        "languages": list(_LANGUAGES[index % len(_LANGUAGES)]),
        "weekdays": sorted({index % 7, (index + 2) % 7}),
        "parts": ["morning", "afternoon"] if index % 3 else ["afternoon", "evening"],
        "would_rather_not": "Helst ikke trapper." if index % 4 == 3 else "",
        "most_times": (4, None, 8)[index % 3],
        "most_hours": (None, 12, None)[index % 3],
        "goes_along": index % 2 == 1 or index == 0,
        "go_along_times": 2,
        "drives": index % 5 == 1,
        "has_car": index % 5 == 1,
        "takes_wheelchair": index % 10 == 1,
        "started_on": started,
    }
