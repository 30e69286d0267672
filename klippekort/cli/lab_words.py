"""What the laboratory says to people: messages, explanations, and what is wrong in a file."""

from collections.abc import Callable, Collection

from klippekort.domain.lab.events import Happening, Why
from klippekort.domain.lab.replay import Snapshot
from klippekort.domain.lab.told import ACCEPTED, ASK, REFUSED, Post, Result, Said, Task
from klippekort.domain.plans import SCHEME_PAUSE
from klippekort.domain.schemes import Words
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _, _l
from klippekort.reports.forms.lab_words import refusal_words


def display(minutes: int, punch: int, words: Words) -> str:
    """Return minutes in the scheme's own words: "4 timer 30 minutter (6 klip)".

    Minutes that are no whole number of punches are told as minutes alone, never rounded; so are all
    minutes where nobody has decided what a punch is (0).
    """
    if not punch or minutes % punch:
        return duration(minutes)
    count = minutes // punch
    return f"{duration(minutes)} ({count} {words.one if count == 1 else words.many})"


def shown(shot: Snapshot) -> str:
    """Return what a card shows: its free time, or its name alone where it counts none."""
    if shot.is_course:
        return shot.words.card
    return display(shot.available, shot.minutes_per_punch, shot.words)


_SOFT = {
    "soft_starts_from": _l("It is earlier in the day than usual."),
    "soft_ends_by": _l("It is later in the day than usual."),
}
# Where the rule that refuses tells the reason only by its name.
_WHYS = {
    "which_card": _l("The line does not say which of the citizen's cards it is about."),
    "no_such_card": _l("The citizen has no card of that name."),
    "no_scheme": _l("The scheme does not run on that day."),
    "origin": _l("A card does not come in this way under the scheme."),
    "not_a_group": _l("The scheme gives cards to its target groups only."),
    "group_over": _l("The scheme's time for this target group is over."),
    "benefit": _l("The time is not for this person's benefit."),
    "needs": _l("The citizen does not manage what every trip requires."),
    "needs_for": _l("The citizen does not manage what a trip of this kind requires."),
    "may_not_decline": _l("The card cannot be declined under this scheme."),
    "nothing_waits": _l("No grant waits for approval."),
    "said_no": _l("The citizen has said no to this."),
    "not_together": _l("The scheme has no trips that several citizens make together."),
    "too_many": _l("More citizens would go together than the scheme allows."),
    "closed_day": _l("The scheme has no trips on that day."),
    "past_midnight": _l("The trip goes past midnight. It must end on the day it begins."),
    "no_pool": _l("The scheme has no common pool."),
    "no_lending": _l("The scheme does not lend time to a common pool."),
    "no_agreement": _l("There is no standing agreement of that name."),
    "change_notice": _l("The change must be ordered earlier."),
    "other_card": _l("The trip stands on another card."),
    "not_ordered": _l("The trip had not been ordered by then."),
    "waits": _l("The trip waits for an answer: nothing is set aside for it."),
    "was_refused": _l("The trip was refused: nothing is set aside for it."),
    "is_over": _l("It has been said already what became of this trip."),
}


_OUTCOMES = {
    ACCEPTED: _l("Is accepted"),
    REFUSED: _l("Is refused"),
    ASK: _l("Is for a person to answer"),
}


def outcome_words(result: Result) -> str:
    """Return what a line was answered, with the name of the rule: "Is refused (notice)"."""
    rule = f" ({result.rule})" if result.rule else ""
    return f"{_OUTCOMES[result.outcome]}{rule}"


def message(result: Result, *, is_answered: bool = False) -> str:
    """Return what became of a line, in a sentence or two; without the answer itself where that
    `is_answered` already.
    """
    if result.outcome == REFUSED:
        return _refused(result)
    if result.outcome == ASK:
        asked = _("Nobody has decided %(rule)s: a person must answer.", rule=result.rule)
        if result.choices:
            asked += " " + _("Choices: %(choices)s.", choices=", ".join(result.choices))
        return asked
    if result.why == "later":
        return str(_("This comes after the last day asked for, and was not judged."))
    parts = [_became(result)] if result.became else [] if is_answered else [_("Accepted.")]
    if result.charged and not result.became:
        parts.append(_("It costs %(time)s.", time=duration(result.charged)))
    parts += [str(_SOFT[name]) for name in result.soft if name in _SOFT]
    if result.condition:
        parts.append(_("There is a condition: %(condition)s.", condition=result.condition))
    return " ".join(parts)


def _refused(result: Result) -> str:
    said = refusal_words(result.rule) if result.rule else str(_("This is refused."))
    said = str(_WHYS.get(result.why, said))
    if result.lacking:
        said += " " + _("Not met: %(conditions)s.", conditions=", ".join(result.lacking))
    if result.earliest:
        said += " " + _("It is possible from %(when)s.", when=result.earliest.replace("T", " "))
    return said


_BECAME = {
    Happening.DONE: _l("The trip was made."),
    Happening.BROKEN_OFF: _l("The trip was broken off."),
    Happening.CANCEL: _l("The trip was called off."),
    Happening.NO_SHOW: _l("The citizen was not there."),
    Happening.WASTED_VISIT: _l("The helper came in vain."),
}


def _became(result: Result) -> str:
    """Return what became of a trip and what that takes, on the trip's own line and on the other."""
    said = str(_BECAME[Happening(result.became)])
    minutes = result.charged or result.taken
    if not minutes:
        return said + " " + _("It costs nothing.")
    if result.became == Happening.DONE:
        return said + " " + _("It costs %(time)s.", time=duration(minutes))
    return said + " " + _("It costs %(time)s all the same.", time=duration(minutes))


_LAPSES = {
    "cap": _l("the card was full"),
    "rolling": _l("it had become too old"),
    "month_end": _l("the month ended"),
    "quarter_end": _l("the quarter ended"),
    "year_end": _l("the year ended"),
    "scheme_end": _l("the scheme ended"),
    "forfeit": _l("a trip was not made, or the terms took it"),
    "end": _l("the card ended"),
    "change.lapse": _l("the new terms take saved time"),
    "change.keep_punches": _l("the new terms keep the number of punches, and a punch is shorter"),
}
_DID: dict[str, Callable[..., str]] = {
    "credit": lambda **k: _("%(time)s came.", **k),
    "hold": lambda **k: _("%(time)s was set aside for the trip on line %(line)s.", **k),
    "release": lambda **k: _("%(time)s was given back from the trip on line %(line)s.", **k),
    "spend": lambda **k: _("%(time)s was used for the trip on line %(line)s.", **k),
    "hold_talk": lambda **k: _(
        "%(time)s was set aside for the planning talk on line %(line)s.", **k
    ),
    "spend_talk": lambda **k: _("%(time)s was used for the planning talk on line %(line)s.", **k),
    "waive": lambda **k: _("%(time)s was not on the card and is not taken (line %(line)s).", **k),
    "adjust_up": lambda **k: _("%(time)s was added.", **k),
    "adjust_down": lambda **k: _("%(time)s was taken off.", **k),
    "granted": lambda **k: _("The card was granted (line %(line)s).", **k),
    "declined": lambda **k: _("The citizen declined the card (line %(line)s).", **k),
    "ended": lambda **k: _("The card ended (line %(line)s, %(rule)s).", **k),
    "away": lambda **k: _("An absence began (line %(line)s, %(rule)s).", **k),
    "pause": lambda **k: _("A pause of the scheme began (line %(line)s, %(rule)s).", **k),
}
_REASONS = {
    "extended": _l("moved to a later last day because of an absence"),
    "settled": _l("moved to the last day that is decided now"),
    "longer_life": _l("moved to a later last day because the trip was cancelled"),
    "new_terms": _l("moved under the new terms"),
    "change.new_terms": _l("moved under the new terms"),
    "change.keep_punches": _l("the new terms keep the number of punches, and a punch is longer"),
    "adjust": _l("a person's correction"),
    "lent": _l("lent to the common pool"),
}


def explanation(shot: Snapshot) -> list[str]:
    """Return how the balance came about, line by line, oldest first."""
    talks = {said.line for said in shot.said if _is_talk(said)}
    return [_told(said, talks) for said in sorted(shot.said, key=lambda said: said.on)]


def _is_talk(said: Said) -> bool:
    """Say whether this is what a planning talk took."""
    return said.code == "spend" and said.rule == "planning"


def lapse_reason(rule: str) -> str:
    """Return why time lapsed, in a few words."""
    return str(_LAPSES.get(rule, rule))


def _told(said: Said, talks: Collection[int]) -> str:
    time = duration(said.minutes)
    if said.code in ("expire", "forfeit"):
        why = lapse_reason(said.rule)
        if said.rule == "forfeit" and said.line:
            why = str(_("the trip on line %(line)s was not made", line=said.line))
        told = _("%(time)s lapsed: %(why)s.", time=time, why=why)
    else:
        told = _DID[_happened(said, talks)](time=time, line=said.line, rule=said.rule)
        if said.rule in _REASONS:
            told = f"{told.removesuffix('.')} ({_REASONS[said.rule]})."
    if said.code == "credit" and said.until is not None:
        told += " " + _("It can be used until %(day)s.", day=said.until.isoformat())
    if said.code == "away" and said.until is not None:
        told += " " + _("It was told on %(day)s, and counts from its first day.", day=said.until)
    return f"{said.on.isoformat()}: {told}"


def _happened(said: Said, talks: Collection[int]) -> str:
    """Return what a line of explanation is about, more nearly than its code tells; `talks` are the
    lines of planning talks.
    """
    if said.line in talks and said.code in ("hold", "spend"):
        return f"{said.code}_talk"
    if said.code == "away" and said.rule == f"pauses.{SCHEME_PAUSE}":
        return "pause"
    return said.code


_STATUSES = {
    "none": _l("There is no card."),
    "waiting": _l("The card waits for an answer."),
    "active": _l("The card runs."),
    "declined": _l("The citizen has declined the card."),
    "ended": _l("The card has ended."),
}


def status_words(shot: Snapshot) -> str:
    """Return what a card is, and what is set aside on it."""
    held = _("Set aside for trips: %(time)s.", time=duration(shot.held))
    return f"{_STATUSES[shot.status]} {held}"


_TASKS = {
    "call_citizen": _l("Call the citizen: much time is saved up."),
    "decide": _l("Decide"),
    "review": _l("Look at the card again"),
    "cancel_trip": _l("Call off the trip"),
}


def task_words(task: Task) -> str:
    """Return what a person must do."""
    about = ", ".join(part for part in (task.rule, task.ref) if part)
    return f"{_TASKS[task.kind]} ({about})"


_LETTERS = {
    "decision": _l("Letter: decision"),
    "confirmation": _l("Letter: confirmation"),
    "change": _l("Letter: change"),
    "pause": _l("Letter: pause"),
    "resume": _l("Letter: the card runs again"),
}


def letter_words(letter: Post) -> str:
    """Return which letter is sent."""
    with_guidance = _(", with guidance on how to complain") if letter.complaint_guidance else ""
    return f"{_LETTERS[letter.kind]}{with_guidance}"


_LINE_FAULTS = {
    Why.UNKNOWN_COLUMN: _l("unknown column"),
    Why.MISSING_COLUMN: _l("this column is missing"),
    Why.TOO_MANY_CELLS: _l("the line has more cells than the header"),
    Why.UNKNOWN_WORD: _l("unknown word"),
    Why.MISSING: _l("this must be filled in"),
    Why.NOT_A_DAY: _l("is not a date, or a date and time"),
    Why.COLUMN_TWICE: _l("this column stands twice"),
    Why.OPEN_QUOTE: _l("a quotation mark is opened and never closed"),
    Why.NO_SUCH_TIME: _l("is no time of day: the clocks are put forward over it"),
    Why.TOO_FAR_AWAY: _l("lies outside the years that can be reckoned"),
    Why.NOT_WHOLE: _l("is not a whole number of minutes, above or below zero"),
    Why.NOT_MINUTES: _l("is not a whole number of minutes above zero"),
    Why.NOT_A_COUNT: _l("is not a whole number from 1 to 1000"),
    Why.NOT_FACTS: _l("facts are written name=value;name=value"),
    Why.BEFORE_START: _l("the last day lies before the first"),
    Why.MORE_THAN_THE_TRIP: _l("more minutes on the way than the whole trip"),
    Why.TWICE: _l("another trip has this name, on line"),
    Why.NO_SUCH_TRIP: _l("no trip has this name"),
    Why.BEFORE_GRANT: _l("lies before the card is granted"),
    Why.BEFORE_TRIP: _l("lies before the trip's own day"),
    Why.NO_SUCH_REASON: _l("the card was not granted for this reason"),
    Why.WHICH_CARD: _l("the citizen has several cards: say which one"),
    Why.NO_SUCH_CARD: _l("the citizen has no card of this name"),
    Why.NOT_COMMAS: _l("the columns are not parted by commas: save the file as CSV with commas"),
    Why.NAMELESS_COLUMN: _l("a column has no name: there may be a comma too many on the line"),
    Why.NOT_AN_ANSWER: _l("is no answer to this rule"),
    Why.CONTRADICTS: _l("contradicts"),
    Why.OVERLAPS_PAUSE: _l("overlaps the pause of the scheme on line"),
    Why.OVERLAPS: _l("overlaps the absence on line"),
    Why.NO_SUCH_FILE: _l("no such file beside the events"),
    Why.NO_SUCH_RULE: _l("no rule has this name"),
    Why.ALREADY_DECIDED: _l("is already decided"),
    Why.NOT_TEXT: _l("the file is not UTF-8 text"),
}


_NAME_A_LINE = (Why.TWICE, Why.OVERLAPS, Why.OVERLAPS_PAUSE)


def line_fault_words(why: Why, said: str = "", hint: str = "") -> str:
    """Return why a line is refused."""
    reason = str(_LINE_FAULTS[why])
    if why in _NAME_A_LINE:
        return _with(f"{reason} {hint}", said, "")
    return _with(reason, said, hint)


def _with(reason: str, said: str, hint: str) -> str:
    """Return a reason with what was said before it and what would be right after it."""
    return " ".join(
        part for part in (f'"{said}"' if said else "", reason, hint and f"({hint})") if part
    )
