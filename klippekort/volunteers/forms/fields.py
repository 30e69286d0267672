"""Fields and checks that the forms of volunteers share."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.validators import Length, Regexp, StopValidation
from wtforms.validators import Optional as Free
from wtforms.widgets import CheckboxInput, ListWidget

from klippekort.citizens.forms import choices
from klippekort.platform.i18n import _, _l

# What a browser sends, and what people type where it gives no help.
_DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
EMAIL = Regexp(
    r"\A[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Write an e-mail like name@example.com.")
)


def at_most(longest: int) -> Length:
    """Refuse more letters than there is room for."""
    return Length(max=longest, message=_l("That is too long."))


class _Unreadable:
    """Stop at what could not be read: nothing more can be said of it."""

    process_errors: Sequence[str]
    raw_data: list[Any] | None

    def pre_validate(self, form: Any) -> None:
        """Raise StopValidation when something was typed and could not be read."""
        if self.process_errors and self.raw_data and str(self.raw_data[0]).strip():
            raise StopValidation


class DayField(_Unreadable, DateField):
    """A day, picked or typed the Danish way."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, format=_DAYS, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words for the reader."""
        try:
            super().process_formdata([str(value).strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Write the day like 24-12-2026.")) from None


class CountField(_Unreadable, IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with words for the reader."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None


def several(label: Any, words: Mapping[str, Any]) -> SelectMultipleField:
    """Return a field of which one may tick as many as one likes, or none."""
    return SelectMultipleField(
        label,
        [Free()],
        choices=choices(words),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
