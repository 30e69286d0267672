"""Every rule of a scheme as a coordinator meets it on a page: its label, its help, its answers."""

from typing import Any

from klippekort.domain.schemes import UNDECIDED
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.leaves import NO, NONE, OWN, VALUE, YES, Leaf
from klippekort.punchcards.forms.question_words import ANSWERS
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.forms.scheme_words import absence_word, cause_word, day_word

# Beside what is asked where a rule is open (`question_words`): what is never a question by itself.
LABELS: dict[str, Any] = {
    "measured_in": _l("What does the card hold?"),
    "runs_from": _l("First day of the scheme"),
    "runs_until": _l("Last day of the scheme"),
    "words.card": _l("What you call the card"),
    "words.one": _l("What you call one punch"),
    "words.many": _l("What you call several punches"),
    "allowance.every": _l("How many periods go between?"),
    "allowance.rounding": _l("How is a share of time rounded?"),
    "settings.*.minutes_per_punch": _l("Minutes in one punch there"),
    "settings.*.allowance_minutes": _l("Minutes that arrive there each time"),
    "grants.eligibility": _l("Who may have a card?"),
    "grants.several_reasons": _l("What if a card is given for several reasons?"),
    "grants.only_target_groups": _l("Is the card only for the target groups?"),
    "target_groups.*.minutes": _l("Minutes that arrive instead"),
    "target_groups.*.extra_minutes": _l("Minutes that arrive on top"),
    "target_groups.*.until": _l("Last day for this group"),
    "target_groups.*.eligibility": _l("Who belongs to the group?"),
    "saving.caps.*.punches": _l("Or how many punches?"),
    "saving.caps.*.periods": _l("Or time from how many periods?"),
    "saving.counts_held": _l("Does time set aside for a trip still fill the card?"),
    "expiry.month_end": _l("Is what is left lost when the month ends?"),
    "expiry.quarter_end": _l("Is what is left lost when the quarter ends?"),
    "expiry.scheme_end": _l("A day on which all time is lost"),
    "pauses.*.from_day": _l("From which day of the absence?"),
    "hours.starts_by": _l("Trips begin at the latest"),
    "hours.soft_starts_from": _l("Trips usually begin after"),
    "hours.soft_ends_by": _l("Trips are usually over by"),
    "hours.closed_days": _l("Days without trips"),
    "hours.open_days": _l("Holidays with trips"),
    "hours.windows.*.days": _l("Which days?"),
    "hours.windows.*.starts_from": _l("When may a trip begin at the earliest?"),
    "hours.windows.*.ends_by": _l("When is a trip over at the latest?"),
    "hours.windows.*.starts_by": _l("Trips begin at the latest"),
    "hours.windows.*.soft_starts_from": _l("Trips usually begin after"),
    "hours.windows.*.soft_ends_by": _l("Trips are usually over by"),
    "notice.by_length.*.over_minutes": _l("For trips that cost more minutes than"),
    "notice.by_length.*.over_punches": _l("Or for trips that cost more punches than"),
    "notice.saved_time_means": _l("When does a trip use saved time?"),
    "visits.at_most.*.at_most": _l("At most so many trips"),
    "visits.at_most.*.weeks": _l("Within so many weeks"),
    "visits.at_most.*.longer_than": _l("Only trips longer than so many minutes"),
    "activities.allowed": _l("What the card may be used for"),
    "activities.forbidden": _l("What the card may not be used for"),
    "activities.conditional.*": _l("The condition, in words"),
    "activities.needs": _l("What every trip requires of the person"),
    "activities.needs_for.*": _l("What this requires of the person"),
    "escort.who": _l("Who goes along?"),
    "charging.started": _l("A trip is paid in steps of so many minutes"),
    "charging.minimum": _l("The least a trip costs, in minutes"),
    "charging.planning_first_only": _l("Does only the first planning talk cost?"),
    "joint_trips.most_citizens": _l("At most so many citizens on one trip"),
    "joint_trips.rounding": _l("How is a shared trip rounded?"),
    "cancelling.*.bands.*.within": _l("When less than this is left"),
    "sharing.pool_beneficiaries": _l("Whom may the pool's time be for?"),
    "sharing.beneficiaries": _l("Whom else may the citizen's time be for?"),
    "law.letters": _l("Which letters are sent?"),
    "change.saved_time": _l("What becomes of the time already saved?"),
}
HELP: dict[str, Any] = {
    "minutes_per_punch": _l("Minutes decide. A punch is only how they are shown."),
    "runs_from": _l("Leave it empty if the scheme has no first day of its own."),
    "runs_until": _l("Leave it empty if no end is decided. The day itself counts."),
    "words.card": _l("Every page and letter uses your word."),
    "words.one": _l("For example klip."),
    "words.many": _l("For example klip."),
    "allowance.minutes": _l("Write minutes, for example 30."),
    "allowance.every": _l("1 is every period. 2 is every other."),
    "settings.*.minutes_per_punch": _l("Leave it empty if it is as elsewhere."),
    "settings.*.allowance_minutes": _l("Leave it empty if it is as elsewhere."),
    "grants.origins": _l("One on each line, for example assessed. Empty: in any way."),
    "grants.eligibility": _l("For example lives_alone and hours_per_week >= 8. Empty: anybody."),
    "target_groups.*.minutes": _l("Leave it empty if the group gets what others get."),
    "target_groups.*.extra_minutes": _l("0 if nothing is added."),
    "target_groups.*.until": _l("Leave it empty if no end is decided."),
    "target_groups.*.eligibility": _l("For example widowed_months <= 12. Empty: a person decides."),
    "saving.caps.*.minutes": _l("For example 240. That is 4 hours."),
    "saving.caps.*.punches": _l("For example 8. Leave it empty otherwise."),
    "saving.caps.*.periods": _l("For example 8 weeks of time. Leave it empty otherwise."),
    "expiry.rolling": _l("The shortest decides when there are several."),
    "expiry.scheme_end": _l("Leave it empty if there is none."),
    "pauses.*.from_day": _l("1 is the first day away."),
    "hours.days": _l("Tick the days. None ticked: every day."),
    "hours.windows.*.days": _l("Tick the days these hours are for."),
    "hours.starts_by": _l("Leave it empty if there is no such rule."),
    "hours.soft_starts_from": _l("Earlier is possible, but we say a word. May be empty."),
    "hours.soft_ends_by": _l("Later is possible, but we say a word. May be empty."),
    "hours.windows.*.starts_by": _l("Leave it empty if there is no such rule."),
    "hours.windows.*.soft_starts_from": _l("Earlier is possible, but we say a word. May be empty."),
    "hours.windows.*.soft_ends_by": _l("Later is possible, but we say a word. May be empty."),
    "hours.closed_days": _l("One on each line. 12-24 is every year, 2026-12-24 only once."),
    "hours.open_days": _l("One on each line. 12-24 is every year, 2026-12-24 only once."),
    "notice.by_length.*.over_minutes": _l("Leave both empty if it is for all trips."),
    "notice.by_length.*.over_punches": _l("For example 1. Then it is for trips of two or more."),
    "visits.at_most.*.longer_than": _l("0 counts every trip."),
    "activities.allowed": _l("One on each line. Empty: no list."),
    "activities.forbidden": _l("One on each line. Empty: nothing is forbidden."),
    "activities.conditional.*": _l("For example: only when a relative comes along."),
    "activities.needs": _l("For example not bedridden. Empty: nothing."),
    "activities.needs_for.*": _l("For example can_climb_stairs."),
    "escort.who": _l("One on each line. Empty: anybody on duty."),
    "charging.second_helper": _l("1 is as much again. 0 is nothing."),
    "charging.started": _l("With 15, a trip of 20 minutes costs 30. May be empty."),
    "charging.minimum": _l("Leave it empty if there is no such rule."),
    "joint_trips.most_citizens": _l("Leave it empty if there is no limit."),
    "sharing.pool_beneficiaries": _l("One on each line. Empty: nobody named."),
    "sharing.beneficiaries": _l("One on each line, for example a relative. Empty: nobody."),
    "law.basis": _l("For example serviceloven § 83."),
}
MORE_ANSWERS: dict[str, dict[str, Any]] = {
    "measured_in": {
        "minutes": _l("Minutes, that are used trip by trip."),
        "course": _l("A course. It ends at its goal or on its day, and counts no minutes."),
    },
    "grants.several_reasons": {
        "highest": _l("The highest of them. 30 and 45 minutes give 45."),
        "added": _l("All of them together. 30 and 45 minutes give 75."),
    },
    "notice.saved_time_means": {
        "beyond_the_period": _l("When it costs more than its own period gave."),
        "older_lots": _l("When any of its minutes came in an earlier period."),
    },
    "allowance.rounding": {
        "nearest": _l("To the nearest minute. 12.5 minutes are 13."),
        "down": _l("Down. 12.5 minutes are 12."),
        "up": _l("Up. 12.5 minutes are 13."),
    },
    "law.letters": {
        "decision": _l("Decision"),
        "confirmation": _l("Confirmation of a trip"),
        "change": _l("Change of the rules"),
        "pause": _l("The card is paused"),
        "resume": _l("The card runs again"),
    },
    "change.saved_time": {
        "keep_terms": _l("It keeps the rules it came under."),
        "new_terms": _l("It follows the new rules from the first day. Some of it may be lost."),
        "keep_punches": _l(
            "The number of punches stays, though a punch becomes longer or shorter."
        ),
        "lapse": _l("It is lost on the first day."),
    },
}
MORE_ANSWERS["joint_trips.rounding"] = MORE_ANSWERS["allowance.rounding"]
_VALUES: dict[str, Any] = {
    "whole": _l("This number:"),
    "number": _l("This number:"),
    "time": _l("This time of day:"),
    "span": _l("This long:"),
    "spans": _l("So long:"),
    "text": _l("This:"),
    "lines": _l("These:"),
    "ticks": _l("These days:"),
}
ABSENT: dict[str, Any] = {
    "activities.others": _l("The list alone decides. Without a list everything is allowed."),
    "expiry.rolling": _l("Time never gets too old."),
    "saving.caps.*.minutes": _l("The limit is not in minutes."),
}
SCHEME_HEADINGS: dict[str, Any] = {
    "any": _l("Other absences"),
    "scheme": _l("When the whole scheme is paused"),
}
HEADINGS: dict[str, Any] = {
    "saving.caps": _l("Limits on saving"),
    "hours.windows": _l("Other hours on some days"),
    "notice.by_length": _l("Notice by what a trip costs"),
    "visits.at_most": _l("How often"),
    "activities.conditional": _l("Allowed on a condition"),
    "activities.needs_for": _l("What some activities require"),
    "target_groups": _l("Target groups"),
    "settings": _l("Where the citizen lives"),
    "money.citizen": _l("What the citizen costs"),
    "money.helper": _l("What the helper costs"),
    "cancelling.*.bands": _l("When it is late to cancel"),
}
ONE_BLOCK: dict[str, Any] = {
    "saving.caps": _l("Limit"),
    "hours.windows": _l("Hours"),
    "notice.by_length": _l("Notice"),
    "visits.at_most": _l("How often"),
    "activities.conditional": _l("Activity"),
    "activities.needs_for": _l("Activity"),
    "target_groups": _l("Target group"),
    "settings": _l("Where the citizen lives"),
    "cancelling.*.bands": _l("Late"),
}


def starred(rule: str, words: dict[str, Any]) -> Any:
    """Return the words of a rule, where its second name may be any; None where there are none."""
    parts = rule.split(".")
    return words.get(rule) or words.get(".".join([parts[0], "*", *parts[2:]]))


def label_of(pattern: str, rule: str) -> str:
    """Return what a rule is called on its page."""
    said = starred(pattern, LABELS)
    return str(said) if said else question_of(rule).text


def help_of(pattern: str) -> str:
    """Return one line of help about a rule, or nothing."""
    said = starred(pattern, HELP)
    return str(said) if said else ""


def answers_of(leaf: Leaf) -> list[tuple[str, str]]:
    """Return what a rule may be answered with, and what each answer means."""
    words = dict(question_of(leaf.place.rule).choices)
    more = MORE_ANSWERS.get(leaf.place.pattern) or starred(leaf.place.pattern, ANSWERS) or {}
    return [(mode, _answer(leaf, mode, words | more)) for mode in leaf.modes]


def _answer(leaf: Leaf, mode: str, words: dict[str, Any]) -> str:
    if mode == UNDECIDED:
        meanwhile = question_of(leaf.place.rule).meanwhile
        if meanwhile:
            return _("Not decided. %(meanwhile)s", meanwhile=meanwhile)
        return _("Not decided: a person is asked.")
    if mode == VALUE:
        charge = leaf.enum == "Charge"
        return _("So many minutes:") if charge else str(_VALUES[str(leaf.shape)])
    if mode == NONE:
        return str(starred(leaf.place.pattern, ABSENT) or _("There is no such rule."))
    if mode in (YES, NO) and mode not in words:
        return _("Yes.") if mode == YES else _("No.")
    return str(words.get(mode, mode))


def tick_words(leaf: Leaf) -> list[tuple[str, str]]:
    """Return what can be ticked at a rule."""
    words = MORE_ANSWERS.get(leaf.place.pattern)
    return [(tick, str(words[tick]) if words else day_word(tick)) for tick in leaf.ticks]


def own_words(pattern: str) -> list[tuple[str, str]]:
    """Return the two answers of a group that may be as elsewhere."""
    if pattern in ("pauses.any", "pauses.scheme"):
        return [(NONE, _("Nothing is said about it.")), (OWN, _("These rules:"))]
    return [(NONE, _("As other absences.")), (OWN, _("Its own rules:"))]


def heading_of(pattern: str, rule: str) -> str:
    """Return the heading of a group or of a table of blocks; nothing for a whole section."""
    name = rule.rpartition(".")[2]
    if rule.startswith("pauses."):
        away = SCHEME_HEADINGS.get(name)
        return str(away) if away else _("While the citizen is %(away)s", away=absence_word(name))
    if rule.startswith("cancelling.") and pattern.count(".") == 1:
        return cause_word(f"{rule}.charge")
    return str(starred(pattern, HEADINGS) or "")


def block_word(pattern: str) -> str:
    """Return what one block of a table is called."""
    return str(starred(pattern, ONE_BLOCK) or "")
