"""What is asked of those who decide about money."""

import re
from typing import Any

from wtforms import Field
from wtforms.validators import InputRequired, ValidationError

from klippekort.activities.forms.fields import KronerField
from klippekort.domain.budgets import HIGHEST_GRANT, HIGHEST_PRICE
from klippekort.groups.forms.fields import day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

_SUM = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,12})(?:,(\d{1,2}))?")


class PriceForm(KeyedForm):
    """What a staff hour costs from a day on."""

    oere = KronerField(
        _l("Price of a staff hour, in kroner"), [InputRequired(_l("Write the price."))]
    )
    from_on = day(_l("From which day?"), _l("Choose the first day of the price."))

    def validate_oere(self, field: Field) -> None:
        """Raise ValidationError for a price nobody pays."""
        if field.data is None or not 0 < field.data <= HIGHEST_PRICE:
            raise ValidationError(_("Write a price of at most 5,000 kroner."))


class SumField(KronerField):
    """A large amount typed in kroner, with or without dots between the thousands; held in øre."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with words for the reader."""
        if not valuelist:
            return
        found = _SUM.fullmatch(str(valuelist[0]).replace(" ", ""))
        if found is None:
            self.data = None
            raise ValueError(_("Write the sum in kroner, such as 1.200.000."))
        self.data = int(found[1].replace(".", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


class GrantForm(KeyedForm):
    """What a scheme may cost in a year."""

    oere = SumField(
        _l("Grant for the year, in kroner"),
        [InputRequired(_l("Write the grant."))],
        description=_l("The whole sum for the year."),
    )

    def validate_oere(self, field: Field) -> None:
        """Raise ValidationError for more than any scheme is granted."""
        if field.data is None or field.data > HIGHEST_GRANT:
            raise ValidationError(_("Write at most 1,000,000,000 kroner."))


class DropForm(KeyedForm):
    """A price is taken away."""
