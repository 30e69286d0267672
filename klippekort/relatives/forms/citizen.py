"""What a citizen is asked when she lets somebody act for her."""

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField
from wtforms.validators import DataRequired

from klippekort.domain.errors import DomainError
from klippekort.domain.proxies import (
    EndsBeforeItBegins,
    ForNothing,
    NeedsLastDay,
    NeedsSeeing,
    OverAlready,
    Purpose,
)
from klippekort.platform.forms import DayField, several
from klippekort.platform.i18n import _, _l
from klippekort.relatives.forms.staff import PersonForm

A_YEAR = timedelta(days=364)
WORDS = {
    Purpose.SEE.value: _l("See my card and my trips"),
    Purpose.PROPOSE.value: _l("Propose something for me"),
    Purpose.BOOK.value: _l("Say yes to trips for me"),
    Purpose.CANCEL.value: _l("Cancel trips for me"),
    Purpose.MESSAGES.value: _l("Get the messages that I get"),
}


class LetInForm(PersonForm):
    """Who it is, what they may do for her, and until when."""

    purposes = several(_l("What may they do?"), WORDS)
    until_on = DayField(_l("Until and including"), [DataRequired(_l("Write the last day."))])
    is_known = BooleanField(
        _l("I know this person, and the phone or e-mail is their own"),
        [DataRequired(_l("Say that you know the person."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purposes.flags.optional = False  # none is no answer here

    def offer(self, today: date) -> None:
        """Propose a year from today where nothing was chosen yet."""
        if not self.is_submitted():
            self.until_on.data = today + A_YEAR

    @property
    def chosen(self) -> frozenset[Purpose]:
        """Return what they may do."""
        return frozenset(Purpose(one) for one in self.purposes.data or ())

    def refuse(self, refusal: DomainError) -> None:
        """Say at the field why it cannot be given. Raises what no field is wrong for."""
        match refusal:
            case ForNothing():
                self.purposes.errors = [_("Choose at least one thing.")]
            case NeedsSeeing():
                self.purposes.errors = [
                    _("Whoever books or cancels must see the trips too. Choose that as well.")
                ]
            case EndsBeforeItBegins() | OverAlready() | NeedsLastDay():
                self.until_on.errors = [_("The last day has passed.")]
            case _:
                raise refusal
