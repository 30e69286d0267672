"""Run the same deed at the same moment in several threads."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from klippekort.platform.tenancy import acting_for


@dataclass
class Outcomes:
    """What the deeds returned and what they raised."""

    answers: list[Any] = field(default_factory=list)
    refusals: list[BaseException] = field(default_factory=list)


def race(app: Flask, municipality_id: int, *deeds: Callable[[], Any]) -> Outcomes:
    """Let all deeds start together and return what came of them."""
    outcomes, barrier = Outcomes(), threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> None:
        with app.app_context(), acting_for(municipality_id):
            barrier.wait()
            try:
                outcomes.answers.append(deed())
            except Exception as refusal:
                outcomes.refusals.append(refusal)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
