"""The form every change is made with, which names its own press of the button, and fields that are
read the Danish way.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, HiddenField, IntegerField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID, DataRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.platform.i18n import FormTranslations, _, _l

LARGEST_NUMBER = 2**31 - 1  # what the databases take


class AskedForm(Form):
    """A form that is sent by GET and changes nothing."""

    class Meta(Form.Meta):
        """Say WTForms' own messages in the reader's language."""

        def get_translations(self, form: Any) -> Any:
            return FormTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the fields that were sent, without white space that says nothing."""
            sent = super().wrap_formdata(form, formdata)
            return _without_blanks(form, sent) if sent else sent


class KeyedForm(FlaskForm):
    """A form whose key is made when it is shown, so that a double tap is one deed."""

    key = HiddenField(default=lambda: str(uuid4()), validators=[DataRequired(), UUID()])

    class Meta(FlaskForm.Meta):
        """Say WTForms' own messages in the reader's language."""

        def get_translations(self, form: Any) -> Any:
            return FormTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the fields that were sent; never JSON, whose values may be anything."""
            if formdata is None or request.is_json:
                return None
            sent = super().wrap_formdata(form, formdata)
            return _without_blanks(form, sent) if sent else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is wrong. A number nothing can hold is no number."""
        for field in self:
            if isinstance(field, IntegerField) and abs(field.data or 0) > LARGEST_NUMBER:
                field.data = None
                field.process_errors = [_("Write a whole number.")]
        return bool(super().validate(extra_validators))


def _is_blank(said: Any) -> bool:
    return isinstance(said, str) and not said.strip()


def _without_blanks(form: Any, sent: Any) -> MultiDict[str, Any]:
    """Return what was sent with nothing where white space was: validators take the one for the
    other, fields do not. Of several boxes, a blank one is none.
    """
    found: MultiDict[str, Any] = MultiDict()
    several_of = {one.name for one in form if isinstance(one, SelectMultipleField)}
    for name, said in sent.items(multi=True):
        if not _is_blank(said):
            found.add(name, said)
        elif name not in several_of:
            found.add(name, "")
    return found


# What a browser sends, and what people type where it gives no help.
DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
YEARS = range(1890, 2200)
_TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%H"]


def at_most(longest: int) -> Length:
    """Refuse a text that does not fit."""
    return Length(max=longest, message=_l("That is too long."))


def choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    """Return codes with their words as a field's choices."""
    return [SelectChoice(code, label) for code, label in words.items()]


def several(
    label: Any, words: Mapping[str, Any], *, hint: str = "", **options: Any
) -> SelectMultipleField:
    """Return a question with several answers, each with a box to tick; none is an answer too."""
    return SelectMultipleField(
        label,
        [Optional()],
        choices=choices(words),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=hint,
        **options,
    )


class Unreadable:
    """Stop at what could not be read: nothing more can be said of it."""

    process_errors: Sequence[str]
    raw_data: list[Any] | None

    def pre_validate(self, form: Any) -> None:
        """Raise StopValidation when something was typed and could not be read."""
        if self.process_errors and self.raw_data and str(self.raw_data[0]).strip():
            raise StopValidation


class DayField(Unreadable, DateField):
    """A day, picked or typed the Danish way; one that nobody lives to see is mistyped."""

    data: Any

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, **{"format": DAYS, **options})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words for the reader."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the day like 24-12-2026.")) from None
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_("Write the day like 24-12-2026."))


class ClockField(Unreadable, TimeField):
    """A time of day, picked or typed the Danish way."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, **{"format": _TIMES, **options})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time. Raises ValueError with words for the reader."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the time like 14.00.")) from None


class CountField(Unreadable, IntegerField):
    """A whole number that can be stored."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with words for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None
        if abs(self.data or 0) > LARGEST_NUMBER:
            self.data = None
            raise ValueError(_("Write a whole number."))
