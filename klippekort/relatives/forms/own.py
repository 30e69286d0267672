"""What a relative is asked: how to get in, which days she is there, and how she reads her pages."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, Regexp, ValidationError

from klippekort.domain.errors import DomainError
from klippekort.domain.proxies import EndsBeforeItBegins
from klippekort.domain.relatives import OverBefore, ProposedAlready, TooLong
from klippekort.municipalities.forms import e164, stripped
from klippekort.platform.formatting import day
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices
from klippekort.platform.i18n import _, _l, current_locale
from klippekort.platform.languages import offered
from klippekort.relatives.forms.words import DAYS
from klippekort.relatives.services.proposing import Days

_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
DENMARK = "Europe/Copenhagen"


class AddressForm(KeyedForm):
    """The phone or e-mail a relative logs in with."""

    address = StringField(
        _l("E-mail or mobile phone"),
        [DataRequired(_l("Write your e-mail or your mobile phone.")), at_most(200)],
        filters=[stripped],
    )

    def validate_address(self, field: StringField) -> None:
        """Refuse what is neither."""
        if field.data and self.plain is None:
            raise ValidationError(
                _("Write an e-mail like name@example.com, or a number like +46 70 123 45 67.")
            )

    @property
    def plain(self) -> str | None:
        """Return the address as it is stored and compared, or None when it is none."""
        said = self.address.data or ""
        if "@" in said:
            name, _at, home = said.rpartition("@")
            return said.casefold() if name and "." in home and " " not in said else None
        return e164(said)


class CodeForm(AddressForm):
    """The address, and the six digits that were sent or read aloud."""

    code = StringField(
        _l("Code"),
        [
            DataRequired(_l("Write the six digits.")),
            Regexp(r"\A\s*(?:[0-9]\s*){6}\Z", message=_l("The code has six digits.")),
        ],
    )

    @property
    def digits(self) -> str:
        """Return the code without blanks."""
        return "".join(self.code.data.split())


class DaysForm(KeyedForm):
    """Days a relative is there."""

    kind = RadioField(
        _l("What do you propose?"),
        choices=choices(DAYS),
        validators=[DataRequired(_l("Choose what you propose."))],
    )
    from_on = DayField(_l("From"), [DataRequired(_l("Write the first day."))])
    until_on = DayField(_l("Until and including"), [DataRequired(_l("Write the last day."))])
    words = StringField(
        _l("A word to those who plan"), [Optional(), at_most(300)], filters=[stripped]
    )

    @property
    def days(self) -> Days:
        """Return what was written."""
        return Days(self.kind.data, self.from_on.data, self.until_on.data, self.words.data or "")

    def refuse(self, refusal: DomainError) -> None:
        """Say at the field why the days cannot be proposed. Raises what no field is wrong for."""
        match refusal:
            case EndsBeforeItBegins():
                self.until_on.errors = [_("The last day cannot lie before the first.")]
            case OverBefore():
                self.until_on.errors = [_("The last day has passed.")]
            case TooLong():
                self.until_on.errors = [_("Propose at most three months, within a year from now.")]
            case ProposedAlready(from_on, until_on):
                self.from_on.errors = [
                    _(
                        "You have proposed something from %(first)s until %(last)s already.",
                        first=day(from_on),
                        last=day(until_on),
                    )
                ]
            case _:
                raise refusal


class SettingsForm(KeyedForm):
    """By which clock a relative lives, and how she is told things."""

    language = RadioField(_l("Which language do you read?"))
    time_zone = SelectField(_l("Where are you?"))
    channel = RadioField(_l("How do we send you messages?"), validate_choice=True)

    def offer(self, ways: dict[str, Any]) -> None:
        """Fill in what can be chosen."""
        self.language.choices = choices({one.code: one.name for one in offered(whole=False)})
        self.time_zone.choices = [SelectChoice(*one) for one in zones(str(current_locale()))]
        self.channel.choices = choices(ways)


@cache
def zones(locale_name: str) -> tuple[tuple[str, str], ...]:
    """Return the clocks there are, Denmark's first, by the place people know them by."""
    locale, known = Locale.parse(locale_name), available_timezones()
    named = {
        name: f"{locale.territories[country]}: {_city(name, locale)}"
        for name, country in get_global("zone_territories").items()
        if name in known and name.partition("/")[0] in _AREAS and country in locale.territories
    }
    others = sorted((said, name) for name, said in named.items() if name != DENMARK)
    return ((DENMARK, named[DENMARK]), *((name, said) for said, name in others))


def _city(zone: str, locale: Locale) -> str:
    return str(get_timezone_location(zone, locale=locale, return_city=True))
