"""The fields that forms of courses are put together from."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as Area
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import DayField, at_most, choices


def line(label: str, *, most: int = 120, hint: str = "") -> StringField:
    """Return a line of text that may be empty."""
    return StringField(label, [Optional(), at_most(most)], filters=[stripped], description=hint)


def words(label: str, *, most: int = 2000, hint: str = "") -> Area:
    """Return several lines of text that may be empty."""
    return Area(label, [Optional(), at_most(most)], filters=[stripped], description=hint)


def one_of(label: str, said: Mapping[str, Any], missing: str, *, hint: str = "") -> RadioField:
    """Return one answer of several, needed."""
    return RadioField(label, [DataRequired(missing)], choices=choices(said), description=hint)


def perhaps(label: str, said: Mapping[str, Any], *, hint: str = "") -> RadioField:
    """Return one answer of several, or none."""
    return RadioField(label, [Optional()], choices=choices(said), description=hint)


def several(label: str, said: Mapping[str, Any], *, hint: str = "") -> SelectMultipleField:
    """Return several answers, or none."""
    return SelectMultipleField(
        label,
        [Optional()],
        choices=choices(said),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=hint,
    )


def listed(label: str, *, hint: str = "") -> SelectField:
    """Return a list to choose from that is filled in later; none may be chosen."""
    return SelectField(label, [Optional()], default="", description=hint)


def day(label: str, missing: str | None = None, *, hint: str = "") -> DayField:
    """Return a day, needed where `missing` says what to do without it."""
    first = InputRequired(missing) if missing else Optional()
    return DayField(label, [first], description=hint)


def tick(label: str, *, hint: str = "") -> BooleanField:
    """Return a yes or no."""
    return BooleanField(label, description=hint)
