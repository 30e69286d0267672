"""Terms stored before caps, pauses and causes had tables of their own."""

from typing import Any

_ABSENCES = ("hospital", "rehab", "respite", "holiday", "other")
_STOPS = {"accrues": False, "usable": False, "extends_expiry": False}
# A trip that was broken off was charged as any other.
_BROKEN_OFF = {"planned": "full", "actual": "actual", "undecided": "undecided"}
_RUNS = {"accrues": True, "usable": True, "extends_expiry": False}


def upgraded(old: dict[str, Any]) -> dict[str, Any]:
    """Return terms of the first schema as the second says them; nothing changes its meaning."""
    new: dict[str, Any] = {
        "minutes_per_punch": old["minutes_per_punch"],
        "words": old.get("words", {}),
        "allowance": _allowance(old["allowance"]),
        "saving": {"caps": _caps(old.get("saving", {}))},
        "expiry": _expiry(old.get("expiry", {})),
        "pauses": _pauses(old.get("pauses", {})),
        "hours": _hours(old.get("hours", {})),
        "notice": _notice(old.get("notice", {}), old["minutes_per_punch"]),
        "charging": {
            "basis": old.get("basis", "undecided"),
            "travel": old.get("travel", "undecided"),
        },
        "cancelling": _cancelling(old.get("cancelling", {}))
        | {"broken_off": _BROKEN_OFF[old.get("basis", "undecided")]},
        "law": {"basis": old.get("legal_basis", "undecided")},
        "ending": {"period_over": "use_up"},
    }
    if old.get("longest_visit") is not None:
        new["visits"] = {"longest": old["longest_visit"]}
    payer = old.get("helper_costs_paid_by", "undecided")
    new["money"] = {"helper": dict.fromkeys(("ticket", "transport", "refreshments"), payer)}
    return new


def _allowance(old: dict[str, Any]) -> dict[str, Any]:
    return {
        "minutes": old["minutes"],
        "every": old.get("every_weeks", 1),
        "counted_from": old.get("counted_from", "undecided"),
        "first": old.get("first", "undecided"),
    }


def _caps(old: dict[str, Any]) -> dict[str, Any]:
    at_cap = old.get("at_cap", "undecided")
    limits = (("minutes", old.get("cap_minutes")), ("periods", old.get("cap_weeks")))
    caps: dict[str, Any] = {}
    for unit, limit in limits:
        if limit is not None:
            caps[unit] = {unit: limit, "at_cap": at_cap}
    return caps


def _expiry(old: dict[str, Any]) -> dict[str, Any]:
    weeks = old.get("rolling_weeks")
    return {
        "rolling": [] if weeks is None else [f"{weeks} weeks"],
        "year_end": old.get("year_end", False),
    }


def _pauses(old: dict[str, Any]) -> dict[str, Any]:
    named = old.get("absences", ())
    return {kind: _STOPS for kind in _ABSENCES if kind in named} | {"any": _RUNS}


def _hours(old: dict[str, Any]) -> dict[str, Any]:
    clock = ("starts_from", "ends_by", "soft_starts_from")
    new: dict[str, Any] = {name: old[name] for name in clock if old.get(name)}
    if old.get("weekdays_only"):
        new["days"] = ["mon", "tue", "wed", "thu", "fri"]
    return new | {"public_holidays": old.get("public_holidays", True)}


def _notice(old: dict[str, Any], punch: int) -> dict[str, Any]:
    new: dict[str, Any] = {}
    lengths: dict[str, Any] = {}
    if days := old.get("one_punch_days"):
        lengths["all"] = {"notice": f"{days} days"}
    if days := old.get("more_punches_days"):
        lengths["more"] = {"notice": f"{days} days", "over_minutes": punch}
    if lengths:
        new["by_length"] = lengths
    if months := old.get("saved_months"):
        new["saved_time"] = f"{months} months"
    if weeks := old.get("agreement_change_weeks"):
        new["agreement_change"] = f"{weeks} weeks"
    return new


def _cancelling(old: dict[str, Any]) -> dict[str, Any]:
    new: dict[str, Any] = {"no_show": old.get("no_show", "undecided")}
    citizen: dict[str, Any] = {"charge": old.get("citizen_in_time", "undecided")}
    if (hours := old.get("late_hours")) is not None:
        late = {"within": f"{hours} hours", "charge": old.get("citizen_late", "undecided")}
        citizen["bands"] = {"late": late}
    new["citizen"] = citizen
    for cause in ("supplier", "host", "weather"):
        new[cause] = {"charge": old.get(cause, "undecided")}
    new["infection"] = dict(new["weather"])  # one cause with the weather until then
    return new
