"""What is asked when a scheme is taken over, made, or decided on."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.domain.schemes import (
    ABSENCES,
    UNDECIDED,
    WEEKDAYS,
    Allowance,
    BadTerms,
    Cap,
    Expiry,
    Hours,
    LengthNotice,
    Notice,
    Pause,
    Pauses,
    Saving,
    Setting,
    Span,
    Terms,
    Unit,
    Words,
    decide,
    value_at,
)
from klippekort.domain.schemes.codec import plain
from klippekort.platform import clock
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms import questions
from klippekort.punchcards.forms.scheme_words import absence_word, setting_word
from klippekort.punchcards.services.schemes import LATE_WITHIN

_LONGEST_DAY = 24 * 60


def stripped(value: str | None) -> str:
    """Return what was typed without blanks around it."""
    return (value or "").strip()


def _word(label: Any, default: str) -> StringField:
    checks = [
        DataRequired(_l("Write a word.")),
        Length(max=30, message=_l("Use at most 30 letters.")),
    ]
    return StringField(label, checks, filters=[stripped], default=default)


def _number(label: Any, low: int, high: int, *, needed: bool = False) -> IntegerField:
    presence = InputRequired(_l("Write a number.")) if needed else Optional()
    message = _l("Write a whole number from %(min)s to %(max)s.")
    return IntegerField(label, validators=[presence, NumberRange(low, high, message)])


class NamedSchemeForm(KeyedForm):
    """What every new scheme has: a name, a first day, and its words."""

    name = StringField(
        _l("Name of the scheme"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the name of the scheme.")),
            Length(max=80, message=_l("Use at most 80 letters.")),
        ],
    )
    from_on = DateField(
        _l("First day of the scheme"),
        default=clock.today,
        validators=[InputRequired(_l("Write the first day."))],
    )
    card = _word(_l("What you call the card"), Words.card)
    one = _word(_l("What you call one punch"), Words.one)
    many = _word(_l("What you call several punches"), Words.many)

    @property
    def words(self) -> Words:
        """The scheme's own words."""
        return Words(self.card.data, self.one.data, self.many.data)


class AnsweringForm(KeyedForm):
    """A form with open rules as questions; `terms` is what they are asked about."""

    terms: Terms
    asked: dict[str, str]
    late_hours = _number(_l("How many hours before the trip is it late to cancel?"), 1, 336)

    def fields_of(self, rules: list[str]) -> list[Any]:
        """Return the fields of these rules, in the same order."""
        return [self[questions.question_of(rule).field] for rule in rules]

    @property
    def answers(self) -> dict[str, str]:
        """The answers that differ from the terms, by the dotted names of their rules."""
        said = {}
        for rule, name in self.asked.items():
            if self[name].data:
                said[rule] = questions.question_of(rule).meant(str(self[name].data))
        if self.late_hours.data is not None:
            said[LATE_WITHIN] = str(Span(self.late_hours.data, Unit.HOURS))
        return {
            rule: value
            for rule, value in said.items()
            if value not in (UNDECIDED, value_of(self.terms, rule))
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Say whether every answer can be one; what cannot is said at its own question."""
        return bool(super().validate(extra_validators)) and self._can_be()

    def validate_late_hours(self, field: IntegerField) -> None:
        """Refuse a price for cancelling late where nothing is late."""
        name = self.asked.get(questions.LATE_CHARGE, "")
        charge = self[name].data if name else None
        if field.data is None and charge not in (None, "", UNDECIDED):
            raise ValidationError(_("Write when it is late to cancel."))

    def _can_be(self) -> bool:
        try:
            decide(self.terms, self.answers)
        except BadTerms as refusal:
            for fault in refusal.faults:
                self.refuse(fault.key)
            return False
        return True

    def refuse(self, rule: str) -> None:
        """Say at its question that an answer cannot be used."""
        name = "late_hours" if rule == LATE_WITHIN else self.asked.get(rule)
        error = str(_("This answer cannot be used. Look at the example."))
        if name is None:
            self.form_errors = [error]
        else:
            self[name].errors = [error]


class AdoptForm(NamedSchemeForm, AnsweringForm):
    """Taking over a published scheme."""


class DecideForm(AnsweringForm):
    """Deciding rules of a scheme from a day on."""

    from_on = DateField(
        _l("From which day does it hold?"),
        default=clock.today,
        validators=[InputRequired(_l("Write the day."))],
    )


def value_of(terms: Terms, rule: str) -> str:
    """Return what the terms say about a rule, as text; empty where they do not speak of it."""
    try:
        value = plain(value_at(terms, rule))
    except KeyError:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def asking(base: type[AnsweringForm], terms: Terms, **stored: Any) -> AnsweringForm:
    """Return a form that asks what the terms leave open and, for deciding, what they decided."""
    needed = questions.needed_first(terms)
    asked: dict[str, str] = {}
    fields: dict[str, Any] = {"terms": terms, "asked": asked}
    for rule in (*needed, *questions.may_wait(terms), *questions.not_asked(terms)):
        question = questions.question_of(rule)
        asked[rule] = question.field
        fields[question.field] = _open_field(question, rule in needed)
    for rule in questions.decided(terms) if base is DecideForm else ():
        question = questions.question_of(rule)
        asked[rule] = question.field
        fields[question.field] = _decided_field(question, value_of(terms, rule))
    late = terms.cancelling.citizen.bands.get("late")
    if late is not None and late.within.unit is Unit.HOURS:
        stored.setdefault("late_hours", late.within.amount)
    form: AnsweringForm = type(base.__name__, (base,), fields)(data=stored)
    return form


def _open_field(question: questions.Question, is_needed: bool) -> Any:
    if not question.choices:
        return _text_field(question, "", question.meanwhile)
    choices = dict([questions.undecided_choice(question, is_needed), *question.choices])
    return RadioField(question.text, choices=choices, default=UNDECIDED)


def _decided_field(question: questions.Question, value: str) -> Any:
    if not question.choices:
        return _text_field(question, value)
    choices = dict(question.choices)
    if value not in choices:
        choices[value] = str(_("As now: %(value)s minutes.", value=value))
    return RadioField(question.text, choices=choices, default=value)


def _text_field(question: questions.Question, value: str, beside: str = "") -> Any:
    length = Length(max=200, message=_l("Use at most 200 letters."))
    return StringField(
        question.text,
        [Optional(), length],
        filters=[stripped],
        default=value,
        description=" ".join(part for part in (question.hint, beside) if part),
    )


class OwnSchemeForm(NamedSchemeForm):
    """A scheme of the municipality's own; the rest is asked as open questions afterwards."""

    setting = RadioField(_l("Where do the citizens live?"), default=Setting.OWN_HOME.value)
    minutes_per_punch = _number(_l("Minutes in one punch"), 1, _LONGEST_DAY, needed=True)
    minutes_a_week = _number(_l("Minutes that arrive each week"), 1, 7 * _LONGEST_DAY, needed=True)
    cap_minutes = _number(_l("Most minutes that can be saved"), 1, 100_000)
    cap_weeks = _number(_l("Most weeks that can be saved"), 1, 520)
    rolling_weeks = _number(_l("Weeks that time can be used"), 1, 520)
    year_end = BooleanField(_l("What is left on 31 December is lost"))
    absences = SelectMultipleField(
        _l("When does no time arrive?"),
        validators=[Optional()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    starts_from = TimeField(_l("Trips begin at the earliest"), [Optional()])
    ends_by = TimeField(_l("Trips are over at the latest"), [Optional()])
    weekdays_only = BooleanField(_l("Only Monday to Friday"))
    no_holidays = BooleanField(_l("Not on public holidays"))
    one_punch_days = _number(_l("Days ahead, for a trip of one punch"), 0, 365)
    more_punches_days = _number(_l("Days ahead, for a longer trip"), 0, 365)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting.choices = {kind.value: setting_word(kind) for kind in Setting}
        self.absences.choices = {
            kind: str(_("While the citizen is %(away)s", away=absence_word(kind)))
            for kind in ABSENCES
        }

    def validate_ends_by(self, field: TimeField) -> None:
        """Refuse an end that is not after the start."""
        if field.data and self.starts_from.data and field.data <= self.starts_from.data:
            raise ValidationError(_("The latest time must be after the earliest."))

    @property
    def terms(self) -> Terms:
        """The terms that were asked for; everything else is undecided."""
        caps = {
            "minutes": Cap(minutes=self.cap_minutes.data),
            "weeks": Cap(periods=self.cap_weeks.data),
        }
        weeks = self.rolling_weeks.data
        stops = Pause(accrues=False, usable=False, extends_expiry=False)
        away: dict[str, Any] = dict.fromkeys(self.absences.data or (), stops)
        return Terms(
            minutes_per_punch=self.minutes_per_punch.data,
            allowance=Allowance(minutes=self.minutes_a_week.data),
            words=self.words,
            saving=Saving({name: cap for name, cap in caps.items() if cap != Cap()}),
            expiry=Expiry(
                rolling=(Span(weeks, Unit.WEEKS),) if weeks else (),
                year_end=self.year_end.data,
            ),
            pauses=Pauses(**away),
            hours=Hours(
                days=WEEKDAYS if self.weekdays_only.data else (),
                starts_from=self.starts_from.data,
                ends_by=self.ends_by.data,
                public_holidays=not self.no_holidays.data,
            ),
            notice=Notice(by_length=self._notice()),
        )

    def _notice(self) -> dict[str, LengthNotice]:
        one, more = self.one_punch_days.data, self.more_punches_days.data
        found = {}
        if one:
            found["all"] = LengthNotice(Span(one, Unit.DAYS))
        if more:
            found["more"] = LengthNotice(Span(more, Unit.DAYS), over_punches=1)
        return found
