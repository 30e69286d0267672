"""Trips: how long what is kept, and why."""

from klippekort.domain.retention import (
    FIVE_YEARS,
    YEAR,
    Reason,
    Rule,
    Source,
    by_job,
    clear,
    delete,
    keep,
)

RULES: tuple[Rule, ...] = (
    *by_job("erase_greetings", "relatives", "greeting"),
    delete("trip_note", YEAR, "notes", since="written_at", source=Source.NEED),
    clear(
        "trip",
        FIVE_YEARS,
        "places",
        "destination",
        "address",
        "postcode",
        since="ends_at",
        whom="id>trip_rider[trip_id].citizen_id",
    ),
    clear("standing_agreement", FIVE_YEARS, "places", "destination", "address", "postcode"),
    *keep(Reason.COUNTED, "trip_rider", "trip_escort", "trip_event", "standing_trip"),
    *keep(Reason.COUNTED, "agreement_exception"),
    *keep(Reason.PROOF, "incident"),
)
