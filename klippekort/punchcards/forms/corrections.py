"""What is asked when a card is put right, and when somebody looks at a day that has gone."""

from datetime import date
from typing import Any, ClassVar

from wtforms import DateField, IntegerField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from klippekort.municipalities.forms import stripped
from klippekort.platform import clock
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l

REASON_WORDS = {
    "typing_error": _l("A typing mistake"),
    "wrong_card": _l("The wrong card"),
    "wrong_trip": _l("The trip was written down wrongly"),
    "late_news": _l("We learned of it later"),
    "complaint": _l("The citizen complained, and was right"),
    "goodwill": _l("To be fair to the citizen"),
    "other": _l("Something else"),
}
MOST_MINUTES = 10_000
LONGEST_NOTE = 500


class WordsForOther:
    """Ask for words where the choice says nothing; else they may be left out, and the label says
    so.
    """

    field_flags: ClassVar[dict[str, bool]] = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse silence about something else."""
        if form.reason.data == "other" and not field.data:
            raise ValidationError(_("Write in a few words what it is."))


class ReasonForm(KeyedForm):
    """Why a card is put right: a choice, and a few words where it is something else."""

    reason = RadioField(
        _l("Why?"),
        choices=choices(REASON_WORDS),
        validate_choice=False,
        validators=[DataRequired(_l("Choose why."))],
    )
    note = TextAreaField(
        _l("In a few words"),
        filters=[stripped],
        validators=[
            WordsForOther(),
            Length(max=LONGEST_NOTE, message=_l("Use at most 500 letters.")),
        ],
    )

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is none."""
        if field.data not in REASON_WORDS:
            raise ValidationError(_("Choose why."))


class MinutesForm(ReasonForm):
    """How many minutes are taken or waived, and why."""

    minutes = IntegerField(
        _l("How many minutes?"),
        validators=[
            DataRequired(_l("Write a whole number of minutes, above 0.")),
            NumberRange(1, MOST_MINUTES, _l("Write a whole number from 1 to 10000.")),
        ],
    )


class AddForm(MinutesForm):
    """How many minutes are added, until when, and why."""

    last_on = DateField(_l("Last day the time can be used"), validators=[Optional()])

    def validate_last_on(self, field: Any) -> None:
        """Refuse a day that has gone."""
        if field.data is not None and field.data < clock.today():
            raise ValidationError(_("Choose today or a later day."))


class DeclineForm(KeyedForm):
    """Why a colleague's correction is turned down."""

    why = TextAreaField(
        _l("Why not?"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write why not, so that your colleague knows.")),
            Length(max=LONGEST_NOTE, message=_l("Use at most 500 letters.")),
        ],
    )


class DaysForm(KeyedForm):
    """The day a card is looked at as of, and the day whose knowledge counts. It changes nothing."""

    key = None
    dag = DateField(_l("Balance as of"), validators=[Optional()])
    kendt = DateField(_l("As it was known on"), validators=[Optional()])

    class Meta(KeyedForm.Meta):
        """It is sent with the address, so it needs no token."""

        csrf = False

    def validate_dag(self, field: Any) -> None:
        """Refuse a day to come."""
        _gone_or_today(field.data)

    def validate_kendt(self, field: Any) -> None:
        """Refuse a day to come."""
        _gone_or_today(field.data)


def _gone_or_today(day: date | None) -> None:
    if day is not None and day > clock.today():
        raise ValidationError(_("Choose today or an earlier day."))
