"""Fields that the forms of outreach share, and what they refuse."""

from itertools import pairwise
from typing import Any

from wtforms import Field, ValidationError

from klippekort.domain.outreach.cases import (
    InTheFuture,
    InThePast,
    TooFar,
    check_ahead,
    check_told,
)
from klippekort.domain.record_refs import looks_like_person_number
from klippekort.platform import clock
from klippekort.platform.i18n import _


class NoPersonNumber:
    """Refuse a text with a person number in it: it belongs nowhere here."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError with words for the reader."""
        parts = str(field.data or "").split()
        pairs = [one + two for one, two in pairwise(parts) if len(one) == 6 and len(two) == 4]
        if any(looks_like_person_number(part) for part in (*parts, *pairs)):
            raise ValidationError(_("Leave the person number out."))


class ToldBefore:
    """Refuse a day on which nothing can have been noticed."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError with words for the reader."""
        if field.data is None:
            return
        try:
            check_told(field.data, clock.today())
        except InTheFuture:
            raise ValidationError(_("That day has not come yet.")) from None
        except TooFar:
            raise ValidationError(_("That is more than a year ago.")) from None


class StillAhead:
    """Refuse a day on which nobody will do anything."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError with words for the reader."""
        if field.data is None:
            return
        try:
            check_ahead(field.data, clock.today())
        except InThePast:
            raise ValidationError(_("That day is over. Choose one to come.")) from None
        except TooFar:
            raise ValidationError(_("That is more than a year ahead.")) from None
