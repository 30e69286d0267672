"""The two schemes of a demo town: one taken over from Nyborg, one from Furesø and bent a little."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.domain.presets import FURESO, NYBORG
from klippekort.domain.schemes import (
    AtCap,
    Basis,
    Cancelling,
    Charge,
    FirstPeriod,
    Hours,
    Notice,
    Terms,
    TermsFrom,
    Travel,
    WeekFrom,
    Words,
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


def _weekday_card() -> Terms:
    """Return Nyborg's scheme with everything decided that Nyborg leaves open."""
    terms = NYBORG.terms
    return replace(
        terms,
        allowance=replace(
            terms.allowance, counted_from=WeekFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD
        ),
        saving=replace(terms.saving, at_cap=AtCap.REFUSE),
        basis=Basis.ACTUAL,
        travel=Travel.COUNTS,
        cancelling=Cancelling(
            late_hours=24,
            citizen_in_time=Charge.FREE,
            citizen_late=Charge.FULL,
            no_show=Charge.FULL,
            supplier=Charge.FREE,
            host=Charge.FREE,
            weather=Charge.FREE,
        ),
        helper_costs_paid_by="municipality",
    )


def _all_week_card() -> Terms:
    """Return Furesø's scheme with own words, open all week; two rules are still undecided."""
    terms = FURESO.terms
    return replace(
        terms,
        words=Words(card="samværskort", one="klip", many="klip"),
        allowance=replace(
            terms.allowance, counted_from=WeekFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD
        ),
        saving=replace(terms.saving, at_cap=AtCap.OLDEST_LAPSE),
        hours=Hours(soft_starts_from=terms.hours.soft_starts_from, ends_by=terms.hours.ends_by),
        notice=Notice(),
        basis=Basis.PLANNED,
        travel=Travel.FREE,
        cancelling=Cancelling(
            late_hours=4,
            citizen_in_time=Charge.FREE,
            citizen_late=Charge.FREE,
            no_show=Charge.FULL,
            supplier=Charge.FREE,
        ),
        helper_costs_paid_by="municipality",
    )


def build_schemes(
    rows: Rows, from_on: date, decided_by: UUID, at: datetime
) -> tuple[DemoScheme, DemoScheme]:
    """Add both schemes from a day on; the second also lets trips lie on weekends and holidays."""
    made = []
    for name, preset, terms in (
        ("Klippekort", NYBORG, _weekday_card()),
        ("Samværskort", FURESO, _all_week_card()),
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
