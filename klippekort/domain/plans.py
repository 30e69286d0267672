"""What governs a card over time: its terms, its grants, and when the citizen or scheme is away."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.schemes import (
    OPEN,
    InSetting,
    Pause,
    Setting,
    SeveralReasons,
    Terms,
    TermsFrom,
    decide,
    is_open,
    terms_on,
)

SCHEME_PAUSE = "scheme"


@dataclass(frozen=True)
class GrantSpan:
    """The days a grant runs, both inclusive; `minutes` is its own rate a period, or None for the
    scheme's. `at_end` names the term of `ending` that says what its end does to saved time;
    `is_settled` when that has been done already, by the person who ended it.
    """

    from_on: date
    until_on: date | None = None
    minutes: int | None = None
    reason: str = ""
    at_end: str = "period_over"
    is_settled: bool = False

    def covers(self, day: date) -> bool:
        """Say whether the grant runs on `day`."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class AbsenceSpan:
    """The days a citizen, or the whole scheme, is away, both inclusive; open-ended while nobody
    knows the end.
    """

    kind: str
    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the citizen is away on `day`."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def from_day(self, number: int) -> "AbsenceSpan | None":
        """Return the absence from its so many'th day on, or None when it is over by then."""
        if number == 1:
            return self
        begins = self.from_on + timedelta(days=number - 1)
        if self.until_on is not None and begins > self.until_on:
            return None
        return replace(self, from_on=begins)


@dataclass(frozen=True)
class Run:
    """Days on which a card runs without a gap, both inclusive."""

    from_on: date
    until_on: date | None
    at_end: str
    is_settled: bool = False

    def covers(self, day: date) -> bool:
        """Say whether the card runs on `day`."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


# An absence of a kind the terms do not name: nobody has decided what it does.
_NOT_NAMED = Pause()


def _is_open(terms: Terms, rule: str) -> bool:
    try:
        return is_open(terms, rule)
    except KeyError:  # a cap or a band, say, that other versions of the terms have
        return False


def pause_rule(terms: Terms, kind: str) -> tuple[str, Pause]:
    """Return the dotted name of the rule for an absence of this kind, and what it says."""
    named: Pause | None = getattr(terms.pauses, kind, None)
    if named is not None:
        return f"pauses.{kind}", named
    if kind != SCHEME_PAUSE and terms.pauses.any is not None:
        return "pauses.any", terms.pauses.any
    return f"pauses.{kind}", _NOT_NAMED


@dataclass(frozen=True)
class Plan:
    """What governs a card over time. `settings` are days from which the citizen lives elsewhere."""

    versions: tuple[TermsFrom, ...]
    grants: tuple[GrantSpan, ...]
    absences: tuple[AbsenceSpan, ...] = ()
    settings: tuple[tuple[date, Setting], ...] = ()
    # Once reckoned: a day, and the next one after it on which the plan by itself does something. It
    # is one value, so that nobody who looks meanwhile sees half of an old one and half of a new.
    coming: list[tuple[date, date]] = field(
        init=False, repr=False, compare=False, default_factory=list
    )

    def terms_on(self, day: date) -> Terms | None:
        """Return the terms in force on `day`, or None outside the scheme's own days."""
        terms = self._only if self._only and day >= self.versions[0].from_on else None
        terms = terms or terms_on(self.versions, day)
        if terms is None or (terms.runs_from and day < terms.runs_from):
            return None
        return None if terms.runs_until and day > terms.runs_until else terms

    @cached_property
    def _only(self) -> Terms | None:
        """Return the terms when there never were others: most cards live under one version."""
        return self.versions[0].terms if len(self.versions) == 1 else None

    @cached_property
    def spans(self) -> tuple[Run, ...]:
        """Return the days the card runs, grants that touch or overlap taken together."""
        clipped = sorted(
            (clip for grant in self.grants if (clip := self._clip(grant)) is not None),
            key=lambda span: span.from_on,
        )
        joined: list[Run] = []
        for span in clipped:
            last = joined[-1] if joined else None
            if last is None or (last.until_on and span.from_on > last.until_on + ONE_DAY):
                joined.append(span)
            elif last.until_on and (span.until_on is None or span.until_on > last.until_on):
                joined[-1] = replace(span, from_on=last.from_on)
        return tuple(joined)

    def _clip(self, grant: GrantSpan) -> Run | None:
        """Return a grant's days inside the scheme's and its target group's."""
        if not self.versions:
            return None
        first, last = self.versions[0], self.versions[-1].terms
        start = max(grant.from_on, first.from_on, first.terms.runs_from or first.from_on)
        ends = [grant.until_on, last.runs_until, self._end_of_group(grant.reason, start)]
        until = min((end for end in ends if end is not None), default=None)
        if until is not None and until < start:
            return None
        if until != grant.until_on:
            return Run(start, until, "period_over")
        return Run(start, until, grant.at_end, grant.is_settled)

    def _end_of_group(self, reason: str, start: date) -> date | None:
        """Return the last day of a target group for a card that has run from `start` for it: of the
        terms in force when it comes. New terms end nothing before they begin; those that no longer
        name the group leave it the end it had.
        """
        ends: date | None = None
        for number, version in enumerate(self.versions):
            following = self.versions[number + 1 : number + 2]
            until = following[0].from_on - ONE_DAY if following else date.max
            if until < start:
                continue
            group = version.terms.target_groups.get(reason)
            ends = ends if group is None else group.until
            if ends is not None and ends < until:
                return max(ends, version.from_on - ONE_DAY)
        return ends

    def decided(self, rule: str, value: str) -> "Plan":
        """Return the plan with an open rule answered wherever it is open. Raises BadTerms."""
        versions = tuple(
            replace(version, terms=decide(version.terms, {rule: value}))
            if _is_open(version.terms, rule)
            else version
            for version in self.versions
        )
        return replace(self, versions=versions)

    def span_on(self, day: date) -> Run | None:
        """Return the days without a gap that hold `day`, or None when the card does not run."""
        for span in self.spans:
            if span.covers(day):
                return span
        return None

    def setting_on(self, day: date) -> Setting | None:
        """Return where the citizen lives on `day`, or None when nothing was said."""
        if not self.settings:
            return None
        said = [setting for from_on, setting in self.settings if from_on <= day]
        return said[-1] if said else None

    def rate_on(self, terms: Terms, day: date) -> int:
        """Return the minutes a period gives on `day`, all reasons of the card taken together."""
        said = terms.allowance.minutes
        base = said if isinstance(said, int) else 0
        local = self._local(terms, day) if terms.settings else None
        if local is not None and local.allowance_minutes is not None:
            base = local.allowance_minutes
        rates, extra, groups = [], 0, terms.target_groups
        for grant in self.grants:
            if not grant.covers(day):
                continue
            own = grant.minutes
            if groups and (group := groups.get(grant.reason)) is not None:
                if group.until is not None and day > group.until:
                    continue
                own = group.minutes if own is None else own
                extra += group.extra_minutes
            rates.append(base if own is None else own)
        if not rates:
            return 0
        added = terms.grants.several_reasons is SeveralReasons.ADDED
        return (sum(rates) if added else max(rates)) + extra

    def rate_at(self, day: date) -> int:
        """Return the minutes a period gives on `day` by the terms of that day."""
        terms = self.terms_on(day)
        return self.rate_on(terms, day) if terms else 0

    def _local(self, terms: Terms, day: date) -> InSetting | None:
        """Return what is different where the citizen lives on `day`."""
        return terms.settings.get(self.setting_on(day) or "") if terms.settings else None

    def minutes_per_punch(self, terms: Terms, day: date) -> int:
        """Return how many minutes a punch is where the citizen lives on `day`."""
        local = self._local(terms, day)
        return (local.minutes_per_punch if local else None) or terms.punch

    def touches(self, first: date, last: date) -> bool:
        """Say whether any absence touches these days, whatever the terms make of it."""
        for absence in self.absences:
            if absence.from_on <= last and (absence.until_on is None or absence.until_on >= first):
                return True
        return False

    def away(self, terms: Terms, first: date, last: date) -> list[tuple[str, Pause, AbsenceSpan]]:
        """Return the absences that touch these days from the day the terms count, with their
        rules.
        """
        found = []
        for absence in self.absences:
            if absence.from_on > last or (absence.until_on and absence.until_on < first):
                continue
            rule, pause = pause_rule(terms, absence.kind)
            counted = absence.from_day(pause.from_day)
            if counted is not None and counted.from_on <= last:
                found.append((rule, pause, counted))
        return found

    def use_on(self, terms: Terms, day: date) -> tuple[bool, tuple[str, ...]]:
        """Say whether an absence stops time from being used on `day`, and which rules are open."""
        asked: tuple[str, ...] = ()
        for rule, pause, _absence in self.away(terms, day, day):
            if pause.usable is False:
                return True, ()
            if pause.usable == OPEN:
                asked += (f"{rule}.usable",)
        return False, asked

    @cached_property
    def is_open_ended(self) -> bool:
        """Say whether nobody knows yet when some absence ends."""
        return any(absence.until_on is None for absence in self.absences)

    @cached_property
    def may_extend(self) -> bool:
        """Say whether any absence can lengthen the life of time, or may yet be said to."""
        return bool(self.absences) and any(
            pause_rule(version.terms, absence.kind)[1].extends_expiry is not False
            for version in self.versions
            for absence in self.absences
        )


def rates_ahead(plan: Plan, today: date) -> list[tuple[date, int]]:
    """Return the days after today from which a card gets other minutes a period than before, as
    all is decided now, each with those minutes.
    """
    groups = [
        group.until
        for version in plan.versions
        for group in version.terms.target_groups.values()
        if group.until is not None
    ]
    ends = [*groups, *(grant.until_on for grant in plan.grants if grant.until_on is not None)]
    days = {day + ONE_DAY for day in ends}
    days |= {version.from_on for version in plan.versions} | {day for day, _home in plan.settings}
    days |= {grant.from_on for grant in plan.grants}
    found, before = [], plan.rate_at(today)
    for day in sorted(day for day in days if day > today):
        rate = plan.rate_at(day)
        if rate != before:
            found.append((day, rate))
        before = rate
    return found
