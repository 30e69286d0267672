"""Have the demo ready when the pages are served, and say how to get in."""

from flask import Flask

from klippekort.operations.demo.load import citizen_card, is_empty, load, log_ins
from klippekort.operations.demo.renew import DemoStays, anchor_of, roll_forward
from klippekort.operations.demo.staff import PIN
from klippekort.platform import clock


def ready_demo(app: Flask) -> list[str]:
    """Load the demo into an empty database, or roll an older one forward, and return the log-ins.

    A database with real municipalities is left alone, and then nothing is said.
    """
    if is_empty(app):
        load(app, on=clock.today())
        return _lines()
    try:
        rolled = roll_forward(app, on=clock.today())
    except DemoStays as stays:
        return [*_lines(), str(stays)]
    return _lines() if rolled or anchor_of(app) else []


def _lines() -> list[str]:
    card = citizen_card()
    said = ["The demo's log-ins:"]
    said += [f"  {role:<14} {email:<26} {password}" for role, email, password in log_ins()]
    said.append(f"  {card.citizen}'s own page: /kort/{card.slug}/{card.token}, PIN {card.pin}")
    said.append(f"  The care worker's PIN, after a citizen has had the tablet: {PIN}")
    return said
