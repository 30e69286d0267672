"""What is due, and what has been done: the tables and the shape of a recurring job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class JobRun(MunicipalityOwned, Model):
    """One job for one slot: the Danish day it is for, never the instant it ran."""

    job: Mapped[str] = mapped_column(String(40))
    slot: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    starts: Mapped[int] = mapped_column(Integer, default=1)
    expected: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(80))
    last_worker: Mapped[str] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("municipality_id", "job", "slot"),)


class WorkerBeat(Model):
    """The leading worker's last sign of life, by the database's clock."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    worker: Mapped[str] = mapped_column(String(80))
    backend: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column("beat_at", UTCDateTime)


@dataclass(frozen=True)
class Outcome:
    """What one run of a job came to; `expected` and `done` differ only when something failed."""

    expected: int
    done: int
    failed: int = 0
    last_error: str | None = None


@dataclass(frozen=True)
class Job:
    """A daily job: `run(day, now)` handles what is due on the Danish day `day`.

    It works in small transactions with one municipality active. It may run twice or late, and
    changes nothing the second time. With `catches_up`, a later day's run also does what an earlier
    one left undone, so that a day that is over may be closed with its failures; without, each
    day is tried until nothing fails. With `every`, today's run begins anew that long after the last
    one began, and no other day is run.
    """

    name: str
    run: Callable[[date, datetime], Outcome]
    catches_up: bool = True
    every: timedelta | None = None
