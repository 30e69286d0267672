"""What is asked about messages: channels, hours, words, and what came of a call."""

from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from klippekort.domain.messages import wording
from klippekort.domain.messages.channels import Channel, Purpose, Wishes
from klippekort.messages.services import CallOutcome
from klippekort.messages.services.wording import KINDS, shown_names
from klippekort.platform.forms import ClockField, CountField, KeyedForm
from klippekort.platform.i18n import _, _l

CHANNELS = {
    Channel.SMS: _l("Text message"),
    Channel.EMAIL: _l("E-mail"),
    Channel.LETTER: _l("Letter"),
    Channel.CALL: _l("We call"),
}
PURPOSES = {
    Purpose.REMINDER: _l("The day before a trip"),
    Purpose.OFFERS: _l("When something is offered"),
    Purpose.CHANGES: _l("When something changes"),
    Purpose.LAPSE: _l("When time is about to lapse"),
    Purpose.THANKS: _l("Thanks"),
}
_PURPOSES_OF = {
    "citizen": (Purpose.REMINDER, Purpose.OFFERS, Purpose.CHANGES, Purpose.LAPSE),
    "volunteer": (Purpose.OFFERS, Purpose.CHANGES, Purpose.THANKS),
}
_CHANNELS_OF = {
    "citizen": (Channel.SMS, Channel.LETTER, Channel.CALL),
    "volunteer": (Channel.SMS, Channel.EMAIL, Channel.CALL),
}


def _choice(purpose: Purpose) -> SelectField:
    return SelectField(PURPOSES[purpose], validators=[Optional()], default="")


class ChannelsForm(KeyedForm):
    """How somebody wants to be told, by purpose."""

    reminder = _choice(Purpose.REMINDER)
    offers = _choice(Purpose.OFFERS)
    changes = _choice(Purpose.CHANGES)
    lapse = _choice(Purpose.LAPSE)
    thanks = _choice(Purpose.THANKS)

    def offer(self, kind: str, wishes: Wishes) -> None:
        """Fill the lists for a kind of person, with what they have chosen."""
        channels = [(one.value, CHANNELS[one]) for one in _CHANNELS_OF[kind]]
        listed = [("", _("As it fits best")), *channels]
        for purpose in Purpose:
            if purpose not in _PURPOSES_OF[kind]:
                delattr(self, purpose.value)
                continue
            field: Any = self[purpose.value]
            field.choices = [SelectChoice(code, said) for code, said in listed]
            chosen = wishes.chosen.get(purpose)
            if not self.is_submitted():
                field.data = chosen.value if chosen else ""

    def wanted(self) -> dict[Purpose, Channel | None]:
        """Return what was chosen; None is as it fits best."""
        return {
            purpose: Channel(self[purpose.value].data) if self[purpose.value].data else None
            for purpose in Purpose
            if purpose.value in self
        }

    def shown(self) -> list[Field]:
        """Return the fields to show."""
        return [self[purpose.value] for purpose in Purpose if purpose.value in self]


class RulesForm(KeyedForm):
    """When messages go out, and how many."""

    opens = ClockField(_l("From"), [InputRequired(_l("Write the time like 08.00."))])
    closes = ClockField(_l("Until"), [InputRequired(_l("Write the time like 20.00."))])
    daily_cap = CountField(
        _l("Most messages to one person in a day"),
        [
            InputRequired(_l("Write a whole number.")),
            NumberRange(1, 20, _l("Write a whole number from 1 to 20.")),
        ],
    )
    prints_letters = BooleanField(_l("We print and post letters"))

    def validate_closes(self, field: ClockField) -> None:
        """Refuse hours that end before they begin."""
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("The end must come after the beginning."))


class WordingForm(KeyedForm):
    """A municipality's own words for one kind of message."""

    text = TextAreaField(
        _l("What the message says"),
        [Optional(), Length(max=wording.LONGEST, message=_l("Use at most 480 letters."))],
        filters=[lambda typed: " ".join((typed or "").split())],
    )

    keep = SubmitField(_l("Use these words"))

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    @property
    def plain(self) -> str:
        """The words with the holes under our own names."""
        return wording.rename(self.text.data, {said: name for name, said in shown_names().items()})

    def validate_text(self, field: TextAreaField) -> None:
        """Refuse holes that nothing fits in, and sentences nobody hears once."""
        try:
            wording.check(self.plain, KINDS[self.kind].names)
        except wording.UnknownName as refusal:
            said = _("Nothing fits in {%(name)s}. Use only the names below.", name=refusal.name)
            raise ValidationError(said) from refusal
        except wording.LooseBrace as refusal:
            raise ValidationError(_("A { or } stands alone. Write like {day}.")) from refusal
        long = wording.long_sentences(field.data)
        if long:
            raise ValidationError(
                _("This sentence has more than 15 words. Split it: %(sentence)s", sentence=long[0])
            )


OUTCOMES = {
    CallOutcome.REACHED: _l("I have called"),
    CallOutcome.NOT_HOME: _l("Not at home"),
    CallOutcome.WRONG_NUMBER: _l("Wrong number"),
    CallOutcome.UNWILLING: _l("Does not want to"),
}


class CallForm(KeyedForm):
    """What came of a call, and when to try again."""

    outcome = RadioField(
        _l("How did it go?"),
        choices=[SelectChoice(one.value, said) for one, said in OUTCOMES.items()],
        default=CallOutcome.REACHED.value,
    )
    again = ClockField(_l("Try again today at"), [Optional()])
