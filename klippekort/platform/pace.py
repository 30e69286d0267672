"""How often a page that is open to all may be asked, from one place and by everybody together.

Each process counts for itself and forgets when it stops: it slows guessing down, and is no wall.
"""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock


class Pace:
    """Lets `most` through from each place within a span of time, and `all_most` in all."""

    def __init__(self, most: int, all_most: int, within: timedelta) -> None:
        self._most, self._all_most, self._within = most, all_most, within
        self._seen: deque[tuple[datetime, str]] = deque()
        self._lock = Lock()

    def lets(self, place: str, now: datetime) -> bool:
        """Count one that asks from a place, and say whether it may."""
        with self._lock:
            while self._seen and self._seen[0][0] <= now - self._within:
                self._seen.popleft()
            if len(self._seen) >= self._all_most:
                return False
            if sum(1 for _at, seen in self._seen if seen == place) >= self._most:
                return False
            self._seen.append((now, place))
            return True
