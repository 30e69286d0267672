"""What is asked about a trip to a place of the citizen's own choice."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wtforms import IntegerField, RadioField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from klippekort.activities.forms import KINDS
from klippekort.domain.addresses import known
from klippekort.domain.calendar import instant, local, local_day, minutes_between
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import YEARS, DayField, choices
from klippekort.platform.i18n import _, _l
from klippekort.trips.forms.book import HelpersForm
from klippekort.trips.forms.show import LONGEST_WAY
from klippekort.trips.forms.spot import AHEAD, postcode, road
from klippekort.trips.services.blocks import Place

LONGEST_STAY = timedelta(hours=10)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


class PlaceForm(HelpersForm):
    """Where to, when, and how; `seen` is what the price was shown for, so that nobody books what
    was changed since.
    """

    kind = RadioField(
        _l("What is it?"),
        choices=choices(KINDS),
        validators=[DataRequired(_l("Choose what it is."))],
    )
    place = StringField(
        _l("Where to?"),
        [
            DataRequired(_l("Write where to.")),
            Length(max=160, message=_l("At most 160 characters.")),
        ],
        filters=[stripped],
    )
    address = road()
    postcode = postcode()
    on = DayField(_l("Which day?"), [InputRequired(_l("Write the day."))])
    starts = TimeField(_l("There at"), [InputRequired(_l("Write when you are to be there."))])
    ends = TimeField(_l("Leaves again at"), [InputRequired(_l("Write when you leave again."))])
    travel_each_way = IntegerField(
        _l("Minutes each way"),
        [Optional(), NumberRange(0, LONGEST_WAY, _l("Write between 0 and 240 minutes."))],
    )
    escorts_wanted = RadioField(
        _l("How many helpers?"),
        choices=choices({"1": _l("One helper"), "2": _l("Two helpers")}),
        default="1",
    )
    seen = StringField(widget=HiddenInput(), default="")

    def validate_on(self, field: Any) -> None:
        """Refuse a day that is over, or more than a year ahead."""
        if self.first_on is not None and field.data is not None and field.data < self.first_on:
            raise ValidationError(_("Choose today or a later day."))
        if self._is_too_far_ahead:
            raise ValidationError(_("Choose a day within a year."))

    @property
    def _is_too_far_ahead(self) -> bool:
        """Say whether no card can be reckoned that long ahead."""
        if self.first_on is None or self.on.data is None:
            return False
        return bool(self.on.data > self.first_on + AHEAD)

    def validate_ends(self, field: Any) -> None:
        """Refuse a stay that ends before it begins, or is longer than a day out can be."""
        if None in (self.on.data, self.starts.data, field.data):
            return
        begins, ends = self._at(self.starts.data), self._at(field.data)
        if ends <= begins:
            raise ValidationError(_("You cannot leave before you are there."))
        if ends - begins > LONGEST_STAY:
            raise ValidationError(_("That is too long: at most 10 hours there."))

    def fill_in(self, said: Mapping[str, str]) -> None:
        """Fill in what a link says of the place and the time; what makes no sense is left out."""
        for field, name in ((self.place, "sted"), (self.address, "vej"), (self.postcode, "postnr")):
            field.data = said.get(name, "")[:160] or None
        if said.get("hvad") in KINDS:
            self.kind.data = said["hvad"]
        try:
            begins = datetime.fromisoformat(f"{said['dag']}T{said['fra']}")
            ends = datetime.fromisoformat(f"{said['dag']}T{said['til']}")
        except (KeyError, ValueError):
            return
        if begins.year not in YEARS:
            return
        self.on.data, self.starts.data, self.ends.data = begins.date(), begins.time(), ends.time()

    @property
    def spot(self) -> str | None:
        """The postcode that was given, or stands in what was written of the place."""
        at = known(self.address.data, self.postcode.data, self.place.data or "")
        return at.postcode if at else self.postcode.data or None

    def move_to(self, at: str) -> None:
        """Move the stay to a Danish day and time, "2026-11-24T13:00", as long as it was."""
        if self.stay is None or not _LOCAL.fullmatch(at):
            return
        begins, ends = self.stay
        try:
            new = datetime.fromisoformat(at)
        except ValueError:
            return
        if new.year not in YEARS:
            return
        start = instant(new.date(), new.time())
        end = local(start + timedelta(minutes=minutes_between(begins, ends)))
        for field, value, shown in (
            (self.on, local_day(start), f"{local_day(start):%Y-%m-%d}"),
            (self.starts, local(start).time(), f"{local(start):%H:%M}"),
            (self.ends, end.time(), f"{end:%H:%M}"),
        ):
            field.data, field.raw_data = value, [shown]

    def _at(self, clock: Any) -> datetime:
        return instant(self.on.data, clock)

    @property
    def stay(self) -> tuple[datetime, datetime] | None:
        """The stay itself, or None where it makes no sense yet."""
        if None in (self.on.data, self.starts.data, self.ends.data) or self._is_too_far_ahead:
            return None
        begins, ends = self._at(self.starts.data), self._at(self.ends.data)
        return (begins, ends) if begins < ends <= begins + LONGEST_STAY else None

    @property
    def chosen(self) -> Place | None:
        """The place, or None while something is missing."""
        if self.stay is None or not self.place.data or self.kind.data not in KINDS:
            return None
        begins, ends = self.stay
        return Place(
            self.place.data,
            self.address.data or None,
            self.postcode.data or None,
            self.kind.data,
            begins,
            ends,
        )
