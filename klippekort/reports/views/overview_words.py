"""What a call or a task on the overview is about, in words."""

from datetime import date, datetime
from uuid import UUID

from klippekort.domain.granting import NO_LONGER_MET
from klippekort.domain.late_news.memory import REASON as LATE
from klippekort.platform.formatting import day, moment, phone
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.questions import question_of
from klippekort.trips.queries.happenings import greeting_in_clear

_ABOUT_A_TRIP = {
    "address_closed": _l(
        "Nothing is held at %(destination)s, %(when)s. Ask what is to happen with the trip."
    ),
    "trip_on_again": _l("Tell that the trip is on again: %(destination)s, %(when)s."),
    "trip_with_family": _l("Tell that the family goes along: %(destination)s, %(when)s."),
    "trip_family_day": _l(
        "Tell that the trip is cancelled, for the family is there: %(destination)s, %(when)s."
    ),
    "family_cannot": _l(
        "The family cannot go along: %(destination)s, %(when)s. Find a helper, or cancel."
    ),
    "trip_reminder": _l("Remind of the trip: %(destination)s, %(when)s."),
}

_ABOUT_A_LETTER = {
    "law_letter": _l("Tell that a letter about the card is on its way. Offer to read it aloud."),
    "slip_call_back": _l("The reply slip asks for a call, or could not be followed. Call and ask."),
    "reply_unclear": _l("An answer by text message could not be read. It stands under Messages."),
    "slip_unanswered": _l("The reply slip has not come back. Ask about the offers in the letter."),
}


def call_words(kind: str, facts: dict[str, str]) -> str:
    """Return what the call is about, in words."""
    if kind == "trip_cancelled" and facts.get("moved_to"):
        return _(
            "Tell that %(destination)s, %(when)s, is moved to %(moved)s. "
            "The trip is off. Ask about a new one.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
            moved=moment(datetime.fromisoformat(facts["moved_to"])),
        )
    if kind == "trip_cancelled":
        return _(
            "Tell that the trip is cancelled: %(destination)s, %(when)s. Offer another day.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
        )
    if kind in ("lapse_warning", "lapse_warning_first"):
        last = day(date.fromisoformat(facts["last_day"]))
        return _("Tell that time on the card lapses, the first of it after %(day)s.", day=last)
    if kind in _ABOUT_A_LETTER:
        return str(_ABOUT_A_LETTER[kind])
    if kind in _ABOUT_A_TRIP:
        when = moment(datetime.fromisoformat(facts["starts_at"]))
        return str(_ABOUT_A_TRIP[kind]) % {"destination": facts["destination"], "when": when}
    if kind == "greeting":
        return _greeting(UUID(facts["greeting"]))
    if kind == "trip_offer":
        return _(
            "Ask about a trip: %(destination)s, %(when)s. Answer by %(until)s.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
            until=moment(datetime.fromisoformat(facts["answer_by"])),
        )
    if kind == "standing_paused":
        return _(
            "Three noes in a row to %(activity)s. Ask what to do with the standing wish.",
            activity=facts["activity"],
        )
    if kind in ("escort_found", "escort_changed"):
        return _(
            "Tell that %(name)s comes along: %(destination)s, %(when)s.",
            name=facts["escort"],
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
        )
    return _("Call about the punch card.")


def _greeting(greeting_id: UUID) -> str:
    """Return the line that a relative is to be given, with whom and where."""
    line = greeting_in_clear(greeting_id)
    if line is None:
        return str(_("Give a relative the line that is written for them."))
    contact = f"{line.name} ({phone(line.phone)})" if line.phone else line.name
    return str(_("Tell %(contact)s: %(line)s", contact=contact, line=line.text))


def task_words(rule: str) -> str:
    words = {
        "pledge": _("A booked trip lacks time on the card. Move the trip, or shorten it."),
        "paused": _("The card rests on the day of a booked trip. Call it off, or move it."),
        "tablet.differs": _("What the helper told and what is written differ. Correct the card."),
        "escort_missing": _("No helper fits a booked trip. Find one, or offer another day."),
        "eligibility": _("What is known no longer meets the scheme's rules. Look at the card."),
        LATE: _("A trip cost time on a day the citizen was away. See whether that is right."),
        "saving_alert": _("The card is full. Call the citizen, so that the time is used."),
    }
    if rule in words:
        return str(words[rule])
    if rule.startswith("agreement."):
        return _("A day of a standing agreement could not be booked. Look at the agreement.")
    if rule.endswith(".longer_life"):
        said = _("A decision is missing in the scheme: %(rule)s", rule=question_of(rule).text)
        return str(said)
    if rule == NO_LONGER_MET:
        said = _("What is known no longer meets the rules: %(rule)s", rule=question_of(rule).text)
        return str(said)
    if rule.startswith("cancelling.host"):
        return _("The host cancelled. The time went back. Decide whether that is the rule.")
    if rule.split(".")[0] in ("allowance", "pauses", "saving", "ending"):
        said = _("Time waits for a decision in the scheme: %(rule)s", rule=question_of(rule).text)
        return str(said)
    return _("Look at the card.")
