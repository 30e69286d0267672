"""What activities are called on pages: kinds, access, reasons, and how often."""

from klippekort.domain.recurrence import OnHolidays, Repeats
from klippekort.platform.i18n import _l
from klippekort.volunteers.forms.words import LANGUAGES, WEEKDAYS

__all__ = [
    "ACCESS",
    "CANCEL_REASONS",
    "DECLINE_REASONS",
    "INSURANCE",
    "KINDS",
    "LANGUAGES",
    "NTH",
    "ON_HOLIDAYS",
    "REASONS",
    "REPEATS",
    "SCOPES",
    "WEEKDAYS",
]

KINDS: dict[str, str] = {
    "walk": _l("Walk"),
    "meal": _l("Meal"),
    "music": _l("Music and song"),
    "cards": _l("Cards and games"),
    "crafts": _l("Crafts"),
    "exercise": _l("Exercise"),
    "talk": _l("Talk and company"),
    "faith": _l("Church and faith"),
    "other": _l("Something else"),
}
ACCESS: dict[str, str] = {
    "step_free": _l("No steps"),
    "accessible_toilet": _l("Toilet for wheelchair users"),
    "hearing_loop": _l("Hearing loop"),
    "parking": _l("Parking at the door"),
    "quiet": _l("Quiet room"),
    "indoor_seating": _l("Seats indoors"),
}
DECLINE_REASONS: dict[str, str] = {
    "too_little": _l("We need to know more"),
    "no_access": _l("The place is hard to get into"),
    "not_for_guests": _l("It does not suit our guests"),
    "same_time": _l("There is something like it already"),
    "other": _l("Something else"),
}
REASONS: dict[str, str] = {
    "host_ill": _l("The host is ill"),
    "too_few": _l("Too few guests"),
    "weather": _l("The weather"),
    "infection": _l("Infection"),
    "place_closed": _l("The place is closed"),
    "moved": _l("It is held at other times now"),
    "ended": _l("The activity has ended"),
    "other": _l("Something else"),
}
# What nobody chooses: it follows from something else that was done.
_FOLLOWS = ("moved", "ended")
CANCEL_REASONS = {code: words for code, words in REASONS.items() if code not in _FOLLOWS}
REPEATS: dict[str, str] = {
    Repeats.ONCE.value: _l("Only that day"),
    Repeats.WEEKLY.value: _l("Every week"),
    Repeats.MONTHLY_DAY.value: _l("Every month on the same date"),
    Repeats.MONTHLY_WEEKDAY.value: _l("Every month on the same weekday"),
}
NTH: dict[str, str] = {
    "": _l("As the first day"),
    "1": _l("The first in the month"),
    "2": _l("The second in the month"),
    "3": _l("The third in the month"),
    "4": _l("The fourth in the month"),
    "-1": _l("The last in the month"),
}
ON_HOLIDAYS: dict[str, str] = {
    OnHolidays.HELD.value: _l("Held as usual"),
    OnHolidays.SKIPPED.value: _l("Not held"),
}
INSURANCE: dict[str, str] = {
    "unsaid": _l("Not decided yet"),
    "none": _l("No insurance of ours"),
    "volunteer_effort": _l("Voluntary effort"),
    "volunteer_work": _l("Voluntary work"),
    "paid": _l("Paid work"),
}
SCOPES: dict[str, str] = {
    "this": _l("Only this date"),
    "following": _l("This date and those after it"),
    "all": _l("All dates to come"),
}
