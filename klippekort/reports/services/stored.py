"""The sums of a trial as the database keeps them, and back."""

from dataclasses import asdict
from datetime import date
from typing import Any

from klippekort.domain.lab.town import Asked, Month, Refusals, RefusedTrip, TownResult


def stored(result: TownResult) -> dict[str, Any]:
    """Return the sums as values JSON can hold; each citizen's part is kept in a table."""
    said = asdict(result)
    del said["people"]
    for refusals in said["refused"].values():
        refusals["first"] = [{**trip, "on": trip["on"].isoformat()} for trip in refusals["first"]]
    return said


def loaded(said: dict[str, Any]) -> TownResult:
    """Return the sums that `stored` made."""
    return TownResult(
        months={name: Month(**month) for name, month in said["months"].items()},
        lapsed=said["lapsed"],
        waived=said["waived"],
        trips=said["trips"],
        accepted=said["accepted"],
        refused={rule: _refusals(refusals) for rule, refusals in said["refused"].items()},
        asked={rule: Asked(**asked) for rule, asked in said["asked"].items()},
        cards_refused=said["cards_refused"],
    )


def _refusals(said: dict[str, Any]) -> Refusals:
    first = tuple(
        RefusedTrip(trip["citizen"], date.fromisoformat(trip["on"]), trip["minutes"])
        for trip in said["first"]
    )
    return Refusals(said["trips"], said["made"], said["minutes"], first)
