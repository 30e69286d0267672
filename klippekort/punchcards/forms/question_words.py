"""The words of every rule that may be open: the question, and what each answer means.

A `*` stands for a name a scheme gives itself, such as a cap's.
"""

from typing import Any

from klippekort.platform.i18n import _l

YES_NO = {"yes": _l("Yes."), "no": _l("No.")}

CHARGES = {
    "free": _l("Nothing. A trip of 60 minutes gives 60 minutes back."),
    "full": _l("The whole trip. A trip of 60 minutes costs 60 minutes."),
    "half": _l("Half of it. A trip of 60 minutes costs 30 minutes."),
    "one_punch": _l("One punch, however long the trip was to be."),
    "actual": _l("The time that was used. 20 minutes on the way cost 20 minutes."),
}
PAYERS = {
    "citizen": _l("The citizen."),
    "municipality": _l("The municipality."),
    "supplier": _l("Home care."),
}
AT_END = {
    "lapse": _l("The time is lost."),
    "use_up": _l("The time can be used up, until it is too old."),
    "continue": _l("The card goes on as before."),
}
SHARES = {
    "whole": _l("The whole time, as in any other period."),
    "prorated": _l("Its share. Half a week gives half the time."),
}

ANSWERS: dict[str, dict[str, Any]] = {
    "allowance.period": {
        "week": _l("Every week."),
        "month": _l("Every month."),
        "quarter": _l("Every quarter."),
        "year": _l("Every year."),
        "once": _l("Once, on the day the card begins."),
        "none": _l("Never by itself."),
    },
    "allowance.counted_from": {
        "iso_week": _l("On Monday. A card from a Wednesday gets new time on Mondays."),
        "grant_day": _l(
            "On the card's own weekday. A card from a Wednesday gets new time on Wednesdays."
        ),
        "calendar": _l("By the calendar: on Monday, or on the first of the month."),
    },
    "allowance.first": {
        "grant_period": _l("The day the card begins. A card from today holds time today."),
        "next_period": _l("When the next week begins. A card from Wednesday waits till then."),
        "after_full_period": _l("After one whole period. The first week gives nothing."),
    },
    "allowance.first_amount": SHARES,
    "allowance.last_amount": SHARES,
    "grants.when_no_longer_met": {
        "review": _l("Somebody looks at the card. It goes on meanwhile."),
        "refuse": _l("No more trips can be booked."),
    },
    "saving.caps.*.at_cap": {
        "refuse": _l("New time is lost. The half hours already on the card stay."),
        "oldest_lapse": _l("The oldest time is lost. A new half hour takes its place."),
        "alert": _l("Nothing is lost. Somebody calls the citizen."),
    },
    "pauses.partial_period": {
        "arrival_day": _l("Nothing, if the citizen is away the day time arrives."),
        "any_day": _l("Nothing, if the citizen is away a single day of it."),
        "whole_period": _l("All of it, unless the citizen is away the whole period."),
        "prorated": _l("Its share, by the days the citizen is at home."),
    },
    "activities.others": {
        "allowed": _l("Yes, the card pays for other things too."),
        "forbidden": _l("No, only what is on the list."),
    },
    "charging.basis": {
        "planned": _l("The planned time. Planned 60, took 75: it costs 60 minutes."),
        "actual": _l("The time it took. Planned 60, took 75: it costs 75 minutes."),
        "lower": _l("The shorter of the two. Planned 60, took 75: it costs 60 minutes."),
        "higher": _l("The longer of the two. Planned 60, took 75: it costs 75 minutes."),
    },
    "charging.travel": {
        "counts": _l("Yes. 60 minutes at the club and 20 on the way cost 80 minutes."),
        "free": _l("No. 60 minutes at the club and 20 on the way cost 60 minutes."),
    },
    "charging.planning": {
        "free": _l("Nothing."),
        "one_punch": _l("One punch."),
        "minutes": _l("The time it took."),
    },
    "joint_trips.charge": {
        "full": _l("Each pays the whole trip."),
        "shared": _l("They share it. Two on a trip of 60 minutes pay 30 each."),
        "free": _l("Nothing."),
        "forbidden": _l("Such trips are not made."),
    },
    "cancelling.*.charge": CHARGES,
    "cancelling.*.bands.*.charge": CHARGES,
    "cancelling.no_show": CHARGES,
    "cancelling.broken_off": CHARGES,
    "cancelling.wasted_visit": CHARGES,
    "money.*.*": PAYERS,
    "ending.*": AT_END,
}

QUESTIONS: dict[str, Any] = {
    "minutes_per_punch": _l("How many minutes is one punch?"),
    "allowance.minutes": _l("How many minutes arrive each time?"),
    "allowance.period": _l("How often does time arrive?"),
    "allowance.counted_from": _l("When does a week begin?"),
    "allowance.first": _l("When does the first time arrive?"),
    "allowance.first_amount": _l("What does a first period that is cut short give?"),
    "allowance.last_amount": _l("What does a last period that is cut short give?"),
    "grants.origins": _l("How does a citizen come to have a card?"),
    "grants.may_be_declined": _l("May the citizen say no to the card?"),
    "grants.needs_approval": _l("Must somebody approve each card?"),
    "grants.when_no_longer_met": _l("What if the citizen no longer meets the rule?"),
    "saving.caps.*.minutes": _l("How many minutes can be saved at most?"),
    "saving.caps.*.at_cap": _l("What happens when the card is full?"),
    "expiry.rolling": _l("How long can time be used?"),
    "expiry.year_end": _l("Is what is left on 31 December lost?"),
    "pauses.partial_period": _l("What does a period give when the citizen is away for part of it?"),
    "pauses.*.accrues": _l("Does time arrive while the citizen is %(away)s?"),
    "pauses.*.usable": _l("Can time be used while the citizen is %(away)s?"),
    "pauses.*.extends_expiry": _l("Does time live longer when the citizen was %(away)s?"),
    "pauses.any.accrues": _l("Does time arrive while the citizen is away?"),
    "pauses.any.usable": _l("Can time be used while the citizen is away?"),
    "pauses.any.extends_expiry": _l("Does time live longer when the citizen was away?"),
    "pauses.scheme.accrues": _l("Does time arrive while the whole scheme is paused?"),
    "pauses.scheme.usable": _l("Can time be used while the whole scheme is paused?"),
    "pauses.scheme.extends_expiry": _l("Does time live longer when the whole scheme was paused?"),
    "hours.days": _l("On which days are trips made?"),
    "hours.starts_from": _l("When may a trip begin at the earliest?"),
    "hours.ends_by": _l("When is a trip over at the latest?"),
    "hours.public_holidays": _l("Are trips made on public holidays?"),
    "notice.by_length.*.notice": _l("How long ahead is a trip ordered?"),
    "notice.saved_time": _l("How long ahead is a trip ordered that uses saved time?"),
    "notice.agreement_change": _l("How long ahead is a standing agreement changed?"),
    "visits.longest": _l("How many minutes may a trip last at most?"),
    "visits.shortest": _l("How many minutes must a trip last at least?"),
    "visits.longest_counts_travel": _l("Does the way count in how long a trip may last?"),
    "booking.against_future_time": _l("May a trip be booked with time that has not come yet?"),
    "activities.others": _l("May the card pay for what is not on the list?"),
    "charging.basis": _l("What does a trip cost when it takes longer or shorter?"),
    "charging.travel": _l("Is the way there and back paid from the card?"),
    "charging.second_helper": _l("What does a second helper cost? 1 is as much again, 0 nothing."),
    "charging.planning": _l("What does a planning talk cost?"),
    "joint_trips.charge": _l("What does each pay when several go together?"),
    "joint_trips.consent_needed": _l("Must each citizen say yes to going together?"),
    "cancelling.*.charge": _l("%(cause)s: what does the trip cost?"),
    "cancelling.*.bands.*.charge": _l("%(cause)s: what does the trip cost?"),
    "cancelling.*.longer_life": _l("%(cause)s: how long does the returned time live?"),
    "cancelling.no_show": _l("%(cause)s: what does the trip cost?"),
    "cancelling.broken_off": _l("%(cause)s: what does the trip cost?"),
    "cancelling.wasted_visit": _l("%(cause)s: what does the trip cost?"),
    "money.citizen.ticket": _l("Who pays the citizen's own ticket?"),
    "money.citizen.transport": _l("Who pays the citizen's own transport?"),
    "money.citizen.refreshments": _l("Who pays the citizen's own refreshments?"),
    "money.helper.ticket": _l("Who pays the helper's ticket?"),
    "money.helper.transport": _l("Who pays the helper's transport?"),
    "money.helper.refreshments": _l("Who pays the helper's refreshments?"),
    "escort.required": _l("Must one of the named helpers go along?"),
    "sharing.pools": _l("Is there a common pool of time?"),
    "sharing.lending": _l("May citizens give time they do not use to others?"),
    "ending.death": _l("What becomes of the time when the citizen dies?"),
    "ending.moved": _l("What becomes of the time when the citizen moves away?"),
    "ending.supplier": _l("What becomes of the time when the citizen changes home care?"),
    "ending.care_home": _l("What becomes of the time when the citizen moves to a care home?"),
    "ending.other": _l("What becomes of the time when the card ends for another reason?"),
    "ending.period_over": _l("What becomes of the time when the card's period is over?"),
    "law.basis": _l("On what legal basis is the card given?"),
    "law.decision": _l("Is a card a formal decision?"),
    "law.complaint_guidance": _l("Does the letter say how to complain?"),
}

HINTS: dict[str, Any] = {
    "expiry.rolling": _l("For example 8 weeks. Write none if time never gets too old."),
    "notice.by_length.*.notice": _l("For example 2 days, or 3 working days before 12:00."),
    "notice.saved_time": _l("For example 1 month. Write none if there is no such rule."),
    "notice.agreement_change": _l("For example 4 weeks. Write none if there is no such rule."),
    "cancelling.*.longer_life": _l("For example 2 weeks. Write none if it lives as before."),
    "charging.second_helper": _l("For example 1, 0.5 or 0."),
    "hours.days": _l("For example mon, tue, wed, thu, fri."),
    "hours.starts_from": _l("For example 10:00."),
    "hours.ends_by": _l("For example 15:00."),
}
