"""The fields that forms of groups are put together from."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import ClockField, CountField, DayField, choices
from klippekort.platform.i18n import _, _l

_SECURE = "https://"
DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%H"]


def line(label: str, missing: str | None = None, *, most: int = 80, hint: str = "") -> StringField:
    """Return a line of text, needed where `missing` says what to do without it."""
    first = DataRequired(missing) if missing else Optional()
    return StringField(label, [first, _length(most)], filters=[stripped], description=hint)


def text(label: str, missing: str | None = None, *, most: int = 500, hint: str = "") -> Any:
    """Return several lines of text."""
    first = DataRequired(missing) if missing else Optional()
    return TextAreaField(label, [first, _length(most)], filters=[stripped], description=hint)


def _length(most: int) -> Length:
    return Length(max=most, message=_l("That is too long."))


def one_of(label: str, words: Mapping[str, Any], missing: str, **options: Any) -> RadioField:
    """Return one answer of several, shown a line each."""
    return RadioField(label, [DataRequired(missing)], choices=choices(words), **options)


def listed(label: str, missing: str | None = None, *, hint: str = "") -> SelectField:
    """Return one answer of a list that is filled in later."""
    return SelectField(
        label, [DataRequired(missing) if missing else Optional()], default="", description=hint
    )


def told_or_not(
    label: str, words: Mapping[str, Any], untold: str, *, hint: str = ""
) -> SelectField:
    """Return one answer of a list that need not be given; `untold` is how that reads."""
    return SelectField(
        label,
        [Optional()],
        choices=choices({"": untold, **words}),
        default="",
        filters=[_or_empty],
        description=hint,
    )


def _or_empty(said: str | None) -> str:
    return said or ""


def number(
    label: str, least: int, most: int, missing: str | None, *, hint: str = "", **options: Any
) -> CountField:
    """Return a whole number between two, needed where `missing` says what to do without it."""
    first = InputRequired(missing) if missing else Optional()
    within = NumberRange(
        least, most, _l("Write a number from %(least)s to %(most)s.", least=least, most=most)
    )
    return CountField(label, [first, within], description=hint, **options)


def day(label: str, missing: str | None = None, *, hint: str = "") -> DayField:
    """Return a day."""
    first = InputRequired(missing) if missing else Optional()
    return DayField(label, [first], description=hint)


def clock(label: str, missing: str) -> ClockField:
    """Return a time of day."""
    return ClockField(label, [InputRequired(missing)])


def check_link(field: Field) -> None:
    """Refuse a link that browsers would not open safely, or that leads nowhere."""
    is_one = len(field.data.split()) == 1 and field.data.startswith(_SECURE)
    if not is_one or not urlsplit(field.data).hostname:
        raise ValidationError(_("The link must begin with https://."))


def tick(label: str, *, hint: str = "") -> BooleanField:
    """Return a yes or no."""
    return BooleanField(label, description=hint)
