"""What stops when a citizen dies or moves, and what is said of it, in words."""

from collections import Counter
from datetime import datetime

from klippekort.citizens.queries.leaving import NotBack, Telling
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _, _l

WHAT = {
    "trip": _l("The trip"),
    "seat": _l("The seat"),
    "agreement": _l("A standing agreement"),
    "wish": _l("A wish"),
    "standing_wish": _l("A standing wish"),
    "offer": _l("A trip that was held"),
    "friend": _l("Somebody who was to go along"),
    "company": _l("Somebody who was to go along"),
    "group_place": _l("A place in a group"),
    "card": _l("A punch card"),
    "card_key": _l("The printed card"),
    "card_request": _l("A card that waited to be approved"),
    "message": _l("A call"),
    "delivery": _l("A message"),
    "measure": _l("A time to ask how it goes"),
    "measure_duty": _l("A low answer that somebody was to follow up"),
    "course": _l("The course, and what was suggested"),
    "outreach_case": _l("A case about reaching her"),
    "data_request": _l("A letter with own data"),
    "feedback": _l("An answer to what was said to us"),
    "proxy": _l("What a relative may do"),
    "relative_days": _l("Days a relative proposed"),
    "relative_message": _l("A message to a relative"),
    "relative_delivery": _l("A message to a relative"),
}
_WHY = {
    "over": _l("the time has passed"),
    "held": _l("it was only held, and is free for others"),
    "no_seat": _l("no seat is free any more"),
    "no_wheelchair_place": _l("no seat is free any more"),
    "no_escort": _l("no helper is free any more"),
    "balance": _l("there is not time enough on the card"),
    "citizen_busy": _l("something else has come in its place"),
    "too_late": _l("it is too late to ask"),
    "taken": _l("something else has come in its place"),
    "ask_again": _l("ask again"),
}

# Those who know her by her own name; volunteers know what she likes to be called.
_STAFF = ("escort", "facilitator")


def to_say(call: Telling) -> str:
    """Return what a call says: never that somebody has died unless the relatives agree."""
    knows_first_name = call.role in _STAFF
    name = call.citizen.first_name if knows_first_name else call.citizen.called
    if call.is_back:
        said = _("Tell that %(name)s comes again after all. It was a mistake.", name=name)
    elif call.is_death_said:
        said = _("Tell that %(name)s has died and is not coming any more.", name=name)
    else:
        said = _("Tell that %(name)s is not coming any more. Say no more than that.", name=name)
    expected = "; ".join(f"{title}, {moment(at)}" for title, at in call.about)
    return f"{said} {expected}".strip()


def counted(stops: Counter[str]) -> list[tuple[str, str]]:
    """Return how much stopped of each kind, in words, without the inner workings."""
    pairs = [
        (_("Trips"), stops["trip"]),
        (_("Standing agreements"), stops["agreement"]),
        (_("Wishes and places in line"), stops["wish"] + stops["standing_wish"]),
        (_("Offers"), stops["offer"]),
        (_("Volunteers who were to go along"), stops["friend"] + stops["company"]),
        (_("Seats without a trip"), stops["seat"]),
        (_("Groups"), stops["group_place"]),
        (_("Punch cards"), stops["card"] + stops["card_request"]),
        (_("Questions about how it goes"), stops["measure"]),
        (_("Low answers to follow up"), stops["measure_duty"]),
        (_("Courses and suggestions"), stops["course"]),
        (_("Cases about reaching her"), stops["outreach_case"]),
        (_("Calls and messages"), stops["message"] + stops["delivery"]),
        (_("Letters with own data"), stops["data_request"]),
        (_("Answers to what was said to us"), stops["feedback"]),
        (_("Relatives who could do something for her"), stops["proxy"]),
        (_("Days that relatives proposed"), stops["relative_days"]),
        (_("Messages to relatives"), stops["relative_message"] + stops["relative_delivery"]),
    ]
    return [(str(label), str(count)) for label, count in pairs if count]


def not_back(one: NotBack) -> str:
    """Return what was not started again, and why."""
    what = str(WHAT.get(one.what, _l("Something")))
    why = str(_WHY.get(one.why, _l("something stood in the way")))
    title, starts_at = one.details.get("title"), one.details.get("starts_at")
    if title and starts_at:
        what = f"{what} ({title}, {moment(datetime.fromisoformat(starts_at))})"
    return str(_("%(what)s is not back: %(why)s.", what=what, why=why))
