"""The two schemes of a demo town: one taken over from Nyborg, one from Furesø and bent a little."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import (
    Hours,
    Notice,
    Pause,
    Pauses,
    Terms,
    TermsFrom,
    Words,
    decide,
    open_questions,
    to_json,
)
from klippekort.operations.demo.rows import Rows
from klippekort.punchcards.models import Scheme, SchemeTerms


@dataclass(frozen=True)
class DemoScheme:
    """A scheme as cards are given under it."""

    id: UUID
    versions: tuple[TermsFrom, ...]

    @property
    def terms(self) -> Terms:
        """Return what the scheme says; a demo scheme has said the same all along."""
        return self.versions[0].terms


# What every town has decided of what the published schemes leave open.
_DECIDED = {
    "allowance.counted_from": "iso_week",
    "allowance.first": "grant_period",
    "grants.may_be_declined": "yes",
    "grants.needs_approval": "no",
    "grants.when_no_longer_met": "review",
    "expiry.year_end": "no",
    "pauses.partial_period": "arrival_day",
    "booking.against_future_time": "yes",
    "activities.others": "allowed",
    "charging.second_helper": "1",
    "charging.planning": "free",
    "joint_trips.charge": "full",
    "cancelling.no_show": "full",
    "cancelling.broken_off": "actual",
    "cancelling.wasted_visit": "full",
    "cancelling.citizen.charge": "free",
    "cancelling.supplier.charge": "free",
    "money.helper.ticket": "municipality",
    "money.helper.transport": "municipality",
    "money.helper.refreshments": "citizen",
    "money.citizen.ticket": "citizen",
    "money.citizen.transport": "citizen",
    "money.citizen.refreshments": "citizen",
    "escort.required": "no",
    "sharing.pools": "no",
    "sharing.lending": "no",
    "ending.death": "lapse",
    "ending.moved": "lapse",
    "ending.supplier": "continue",
    "ending.care_home": "lapse",
    "ending.other": "lapse",
    "ending.period_over": "lapse",
    "law.decision": "yes",
    "law.complaint_guidance": "yes",
}
_RUNS = Pause(accrues=True, usable=True, extends_expiry=False)
_STOPS = Pause(accrues=False, usable=False, extends_expiry=False)


def _decided(terms: Terms, answers: dict[str, str]) -> Terms:
    """Return the terms with what is open in them decided; returned time lives as it did."""
    causes = ("citizen", "supplier", "host", "weather", "infection")
    said = _DECIDED | {f"cancelling.{cause}.longer_life": "none" for cause in causes} | answers
    late = {rule: answer for rule, answer in answers.items() if ".bands." in rule}
    is_open = set(open_questions(terms))
    return decide(terms, {rule: said[rule] for rule in said if rule in is_open} | late)


def _late(hours: int, charge: str) -> dict[str, str]:
    band = "cancelling.citizen.bands.late"
    return {f"{band}.within": f"{hours} hours", f"{band}.charge": charge}


def _weekday_card() -> Terms:
    """Return Nyborg's scheme with everything decided that Nyborg leaves open."""
    terms = PRESETS["nyborg"].terms
    terms = replace(
        terms,
        pauses=Pauses(any=_RUNS, scheme=_STOPS),
        notice=Notice(agreement_change=terms.notice.agreement_change),
    )
    answers = {
        "saving.caps.most.at_cap": "refuse",
        "charging.basis": "actual",
        "charging.travel": "counts",
        "cancelling.host.charge": "free",
        "cancelling.weather.charge": "free",
        "cancelling.infection.charge": "free",
    }
    return _decided(terms, answers | _late(24, "full"))


def _all_week_card() -> Terms:
    """Return Furesø's scheme with own words, open all week.

    What it costs when the host cancels, or the weather or infection stops a trip, is undecided.
    """
    terms = PRESETS["fureso"].terms
    terms = replace(
        terms,
        words=Words(card="samværskort", one="klip", many="klip"),
        hours=Hours(soft_starts_from=terms.hours.soft_starts_from, ends_by=terms.hours.ends_by),
        notice=Notice(),
        pauses=Pauses(hospital=_STOPS, rehab=_STOPS, holiday=_STOPS, any=_RUNS, scheme=_STOPS),
    )
    answers = {
        "saving.caps.most.at_cap": "oldest_lapse",
        "saving.caps.weeks.at_cap": "oldest_lapse",
        "expiry.rolling": "8 weeks",
        "charging.basis": "planned",
        "charging.travel": "free",
    }
    return _decided(terms, answers | _late(4, "free"))


def build_schemes(
    rows: Rows, from_on: date, decided_by: UUID, at: datetime
) -> tuple[DemoScheme, DemoScheme]:
    """Add both schemes from a day on; the second also lets trips lie on weekends and holidays."""
    made = []
    for name, preset, terms in (
        ("Klippekort", PRESETS["nyborg"], _weekday_card()),
        ("Samværskort", PRESETS["fureso"], _all_week_card()),
    ):
        scheme = DemoScheme(rows.dice.new_id(at), (TermsFrom(from_on, terms),))
        rows.add(Scheme, id=scheme.id, name=name, setting=preset.setting.value, preset=preset.id)
        rows.add(
            SchemeTerms,
            id=rows.dice.new_id(at + timedelta(seconds=1)),
            scheme_id=scheme.id,
            from_on=from_on,
            terms=to_json(terms),
            decided_by=decided_by,
            recorded_at=at,
        )
        made.append(scheme)
    return made[0], made[1]
