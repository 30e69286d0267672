"""How often a page that is open to all may be asked, from one place and by everybody together.

Counted in the database, a minute at a time: it holds through a restart and over all processes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, bindparam, delete, text
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.audit import audit_write
from klippekort.platform.db import Model, UTCDateTime, db
from klippekort.platform.keys import keys

EVERYBODY = ""
_KEPT = timedelta(minutes=2)


class PaceCount(Model):
    """How often a page was asked in the minute that began at `since`.

    `place` is a keyed fingerprint of where from, or empty for everybody together.
    """

    page: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime] = mapped_column("minute_at", UTCDateTime, primary_key=True)
    asked: Mapped[int] = mapped_column(Integer)


_COUNT = text(
    "insert into pace_count (page, place, minute_at, asked) values (:page, :place, :since, 1) "
    "on conflict (page, place, minute_at) do update set asked = pace_count.asked + 1 "
    "returning asked"
).bindparams(bindparam("since", type_=UTCDateTime))


def place_of(address: str | None) -> str:
    """Return where somebody asks from, as a fingerprint that is kept for minutes."""
    return keys().blind_index(0, f"asks|{address}")[:16]


@dataclass(frozen=True)
class Pace:
    """Lets `most` through from each place in a minute, and `all_most` in all."""

    page: str
    most: int
    all_most: int

    def lets(self, place: str, now: datetime) -> bool:
        """Count one that asks from a place, and say whether it may.

        It is written at once, also for one who only looks. Raises Busy when the database cannot be
        had.
        """
        counted: bool = audit_write(self._count, place, now)
        return counted

    def _count(self, place: str, now: datetime) -> bool:
        since = now.replace(second=0, microsecond=0)
        in_all, here = (self._one_more(who, since) for who in (EVERYBODY, place))
        if in_all == 1:
            db.session.execute(
                delete(PaceCount).where(PaceCount.page == self.page, PaceCount.since < now - _KEPT)
            )
        return in_all <= self.all_most and here <= self.most

    def _one_more(self, place: str, since: datetime) -> int:
        said = {"page": self.page, "place": place, "since": since}
        return int(db.session.connection().execute(_COUNT, said).scalar_one())
