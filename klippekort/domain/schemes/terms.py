"""Everything a scheme can say, as plain frozen values: the terms.

Minutes are the unit; a punch is only how minutes are shown. A rule that is absent limits nothing;
a rule that is undecided makes the program ask a person. `docs/schemes.md` tells each key.
"""

from dataclasses import astuple, dataclass, field
from datetime import date, time
from functools import cached_property

from klippekort.domain.schemes.values import (
    OPEN,
    WEEKDAYS,
    AtCap,
    AtEnd,
    Basis,
    Charge,
    CountedFrom,
    Day,
    FirstPeriod,
    Joint,
    Letter,
    Measure,
    NoLongerMet,
    OnChange,
    Others,
    PartialPeriod,
    Payer,
    Period,
    Planning,
    Rounding,
    SavedTime,
    SeveralReasons,
    Share,
    Span,
    Travel,
    Undecided,
)

YesNo = bool | Undecided


@dataclass(frozen=True)
class Words:
    """The scheme's own words, in Danish, for people to read."""

    card: str = "klippekort"
    one: str = "klip"
    many: str = "klip"


@dataclass(frozen=True)
class Allowance:
    """What arrives, in minutes, and when. `every` periods go between arrivals."""

    minutes: int | Undecided = 0
    period: Period = Period.WEEK
    every: int = 1
    counted_from: CountedFrom = CountedFrom.UNDECIDED
    first: FirstPeriod = FirstPeriod.UNDECIDED
    first_amount: Share = Share.WHOLE
    last_amount: Share = Share.WHOLE
    rounding: Rounding = Rounding.NEAREST

    def __hash__(self) -> int:
        """Return a hash reckoned once: arrivals are looked up by it for every week of a life."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(astuple(self))


@dataclass(frozen=True)
class InSetting:
    """What is different where the citizen lives in this setting; None is as elsewhere."""

    minutes_per_punch: int | None = None
    allowance_minutes: int | None = None


@dataclass(frozen=True)
class Grants:
    """Who may have a card, and how it comes. No origins: any. `eligibility` is read by
    `domain.eligibility`.
    """

    origins: tuple[str, ...] | Undecided = ()
    may_be_declined: YesNo = True
    needs_approval: YesNo = False
    eligibility: str = ""
    when_no_longer_met: NoLongerMet = NoLongerMet.UNDECIDED
    several_reasons: SeveralReasons = SeveralReasons.HIGHEST
    only_target_groups: bool = False


@dataclass(frozen=True)
class TargetGroup:
    """A reason to have a card: its own rate or minutes beside the rate, its own rule and end."""

    minutes: int | None = None
    extra_minutes: int = 0
    until: date | None = None
    eligibility: str = ""


@dataclass(frozen=True)
class Cap:
    """One limit on what may be kept: in minutes, punches or periods of accrual (one of them)."""

    minutes: int | Undecided | None = None
    punches: int | None = None
    periods: int | None = None
    at_cap: AtCap = AtCap.UNDECIDED


@dataclass(frozen=True)
class Saving:
    """How much may be kept; all caps hold at once. `counts_held` says whether time set aside for
    a trip still fills the card.
    """

    caps: dict[str, Cap] = field(default_factory=dict)
    counts_held: bool = True


@dataclass(frozen=True)
class Expiry:
    """How long time lives. All limits hold at once; the earliest decides."""

    rolling: tuple[Span, ...] | Undecided = ()
    month_end: bool = False
    quarter_end: bool = False
    year_end: YesNo = False
    scheme_end: date | None = None


@dataclass(frozen=True)
class Pause:
    """What an absence does from its `from_day`th day: three answers, each of which may be open."""

    accrues: YesNo = OPEN
    usable: YesNo = OPEN
    extends_expiry: YesNo = OPEN
    from_day: int = 1


@dataclass(frozen=True)
class Pauses:
    """Absences of the citizen by kind, and of the whole scheme. `any` is for kinds not named."""

    partial_period: PartialPeriod = PartialPeriod.ARRIVAL_DAY
    hospital: Pause | None = None
    rehab: Pause | None = None
    respite: Pause | None = None
    holiday: Pause | None = None
    other: Pause | None = None
    any: Pause | None = None
    scheme: Pause | None = None


@dataclass(frozen=True)
class Window:
    """Danish clock times a whole trip, door to door, lies within. Soft bounds only warn."""

    days: tuple[Day, ...] | Undecided = ()
    starts_from: time | Undecided | None = None
    starts_by: time | None = None
    ends_by: time | Undecided | None = None
    soft_starts_from: time | None = None
    soft_ends_by: time | None = None


@dataclass(frozen=True)
class Hours(Window):
    """When trips may lie. `days` and the clock times are the usual; `windows` say it for other
    days.
    """

    windows: dict[str, Window] = field(default_factory=dict)
    public_holidays: YesNo = True
    closed_days: tuple[str, ...] = ()
    open_days: tuple[str, ...] = ()

    @property
    def weekdays_only(self) -> bool:
        """Say whether trips lie Monday to Friday only."""
        return self.days == WEEKDAYS and not self.windows


@dataclass(frozen=True)
class LengthNotice:
    """Notice for trips that cost more than so many minutes or punches (0: for all)."""

    notice: Span | Undecided = OPEN
    over_minutes: int | None = None
    over_punches: int | None = None


@dataclass(frozen=True)
class Notice:
    """How long before a trip is ordered: by what it costs, by whether saved time is touched, and
    for changing a standing agreement. The longest that applies decides.
    """

    by_length: dict[str, LengthNotice] = field(default_factory=dict)
    saved_time: Span | Undecided | None = None
    saved_time_means: SavedTime = SavedTime.BEYOND_THE_PERIOD
    agreement_change: Span | Undecided | None = None


@dataclass(frozen=True)
class Frequency:
    """At most so many trips longer than so many minutes within so many weeks."""

    at_most: int = 1
    weeks: int = 1
    longer_than: int = 0


@dataclass(frozen=True)
class Visits:
    """How long and how often one trip may be, in minutes; with travel or without."""

    longest: int | Undecided | None = None
    shortest: int | Undecided | None = None
    longest_counts_travel: YesNo = True
    at_most: dict[str, Frequency] = field(default_factory=dict)


@dataclass(frozen=True)
class Booking:
    """Whether a trip may be booked against time that will have come by then."""

    against_future_time: YesNo = True


@dataclass(frozen=True)
class Activities:
    """What the time may be used for, by kind; a condition is told in words. `needs` are facts
    about the person that every trip requires, `needs_for` those that one kind requires. Without a
    word on `others` they are allowed, but undecided where there is a list of what is allowed.
    """

    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    conditional: dict[str, str] = field(default_factory=dict)
    others: Others | None = None
    needs: str = ""
    needs_for: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Charging:
    """What a trip costs. `second_helper` is what each helper beyond the first adds, as a factor
    of the minutes; `started` rounds a trip up to whole steps of so many minutes.
    """

    basis: Basis = Basis.UNDECIDED
    travel: Travel = Travel.UNDECIDED
    second_helper: float | Undecided = OPEN
    started: int | None = None
    minimum: int | None = None
    planning: Planning = Planning.UNDECIDED
    planning_first_only: bool = False


@dataclass(frozen=True)
class JointTrips:
    """Trips several citizens make together. Without `consent_needed` no recorded yes is asked."""

    charge: Joint = Joint.UNDECIDED
    consent_needed: YesNo = True
    most_citizens: int | None = None
    rounding: Rounding = Rounding.UP


@dataclass(frozen=True)
class Band:
    """What cancelling less than `within` before the start costs: a word, or minutes."""

    within: Span
    charge: Charge | int = Charge.UNDECIDED


@dataclass(frozen=True)
class Cancelled:
    """What cancelling costs for one cause: the tightest band that holds, else `charge`.

    `longer_life` is how long returned time lives at least, from the day of cancelling.
    """

    charge: Charge | int = Charge.UNDECIDED
    bands: dict[str, Band] = field(default_factory=dict)
    longer_life: Span | Undecided | None = None


@dataclass(frozen=True)
class Cancelling:
    """What a trip costs when it is not made, by cause and lateness."""

    citizen: Cancelled = field(default_factory=Cancelled)
    supplier: Cancelled = field(default_factory=Cancelled)
    host: Cancelled = field(default_factory=Cancelled)
    weather: Cancelled = field(default_factory=Cancelled)
    infection: Cancelled = field(default_factory=Cancelled)
    no_show: Charge | int = Charge.UNDECIDED
    broken_off: Charge | int = Charge.UNDECIDED
    wasted_visit: Charge | int = Charge.UNDECIDED


@dataclass(frozen=True)
class Expenses:
    """Who pays one person's ticket, transport and refreshments on a trip."""

    ticket: Payer = Payer.UNDECIDED
    transport: Payer = Payer.UNDECIDED
    refreshments: Payer = Payer.UNDECIDED


@dataclass(frozen=True)
class Money:
    """Whose expense, which kind, who pays."""

    citizen: Expenses = field(default_factory=Expenses)
    helper: Expenses = field(default_factory=Expenses)


@dataclass(frozen=True)
class Sharing:
    """Whose the time is: the citizen's, a relative's, a common pool's. `beneficiaries` beside the
    citizen; `lending` of unused time into a pool.
    """

    pools: YesNo = OPEN
    pool_beneficiaries: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    lending: YesNo = OPEN


@dataclass(frozen=True)
class Ending:
    """What becomes of saved time when a card ends, by what ended it."""

    death: AtEnd = AtEnd.UNDECIDED
    moved: AtEnd = AtEnd.UNDECIDED
    supplier: AtEnd = AtEnd.UNDECIDED
    care_home: AtEnd = AtEnd.UNDECIDED
    other: AtEnd = AtEnd.LAPSE
    period_over: AtEnd = AtEnd.LAPSE


@dataclass(frozen=True)
class Law:
    """The legal basis, whether a grant is a formal decision, and which letters are sent."""

    basis: str = "undecided"
    decision: YesNo = OPEN
    complaint_guidance: YesNo = OPEN
    letters: tuple[Letter, ...] = tuple(Letter)


@dataclass(frozen=True)
class Escort:
    """Who goes along, in words for people, and whether it must be one of them."""

    who: tuple[str, ...] = ()
    required: YesNo = False


@dataclass(frozen=True)
class Change:
    """What these terms do to what was saved under the terms before them."""

    saved_time: OnChange = OnChange.KEEP_TERMS


@dataclass(frozen=True)
class Terms:
    """Everything a scheme says, from one date on. `runs_from` and `runs_until` are its own days,
    inclusive.
    """

    minutes_per_punch: int | Undecided = 30
    measured_in: Measure = Measure.MINUTES
    runs_from: date | None = None
    runs_until: date | None = None
    words: Words = field(default_factory=Words)
    allowance: Allowance = field(default_factory=Allowance)
    settings: dict[str, InSetting] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)
    target_groups: dict[str, TargetGroup] = field(default_factory=dict)
    saving: Saving = field(default_factory=Saving)
    expiry: Expiry = field(default_factory=Expiry)
    pauses: Pauses = field(default_factory=Pauses)
    hours: Hours = field(default_factory=Hours)
    notice: Notice = field(default_factory=Notice)
    visits: Visits = field(default_factory=Visits)
    booking: Booking = field(default_factory=Booking)
    activities: Activities = field(default_factory=Activities)
    escort: Escort = field(default_factory=Escort)
    charging: Charging = field(default_factory=Charging)
    joint_trips: JointTrips = field(default_factory=JointTrips)
    cancelling: Cancelling = field(default_factory=Cancelling)
    money: Money = field(default_factory=Money)
    sharing: Sharing = field(default_factory=Sharing)
    ending: Ending = field(default_factory=Ending)
    law: Law = field(default_factory=Law)
    change: Change = field(default_factory=Change)

    def __hash__(self) -> int:
        """Return a hash reckoned once: what follows from terms alone is looked up by them."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        own_days = self.runs_from, self.runs_until
        return hash((self.minutes_per_punch, own_days, self.words, self.allowance, self.expiry))

    @property
    def punch(self) -> int:
        """Return the minutes of a punch, or 0 where nobody has decided it."""
        return self.minutes_per_punch if isinstance(self.minutes_per_punch, int) else 0
