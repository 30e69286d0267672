"""Instruments: questions with published keys, read from data, and what the answers come to."""

from klippekort.domain.instruments.catalogue import shipped
from klippekort.domain.instruments.definition import (
    ID,
    CutOff,
    Duty,
    Instrument,
    Subscale,
)
from klippekort.domain.instruments.effect import Change, change
from klippekort.domain.instruments.reader import InstrumentFault, read
from klippekort.domain.instruments.scoring import (
    DECLINED,
    NOT_ABLE,
    Answer,
    OutOfRange,
    Score,
    WrongNumber,
    duty_days,
    score,
)

__all__ = [
    "DECLINED",
    "ID",
    "NOT_ABLE",
    "Answer",
    "Change",
    "CutOff",
    "Duty",
    "Instrument",
    "InstrumentFault",
    "OutOfRange",
    "Score",
    "Subscale",
    "WrongNumber",
    "change",
    "duty_days",
    "read",
    "score",
    "shipped",
]
