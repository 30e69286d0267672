"""The demo municipality: two invented towns with a year behind them."""

from klippekort.operations.demo.load import (
    CardLogIn,
    NotEmpty,
    Unproved,
    citizen_card,
    is_empty,
    load,
    log_ins,
)
from klippekort.operations.demo.renew import DemoStays, roll_forward
from klippekort.operations.demo.staff import PASSWORD, PIN
from klippekort.operations.demo.welcome import ready_demo

__all__ = [
    "PASSWORD",
    "PIN",
    "CardLogIn",
    "DemoStays",
    "NotEmpty",
    "Unproved",
    "citizen_card",
    "is_empty",
    "load",
    "log_ins",
    "ready_demo",
    "roll_forward",
]
