"""What is asked about messages: channels, hours, words, and what came of a call."""

from typing import Any

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from klippekort.domain.messages import wording
from klippekort.domain.messages.channels import Channel, Purpose, Wishes
from klippekort.domain.messages.ladder import FEWEST_HOURS, MOST_HOURS, Reach
from klippekort.domain.messages.segments import MOST_SEGMENTS, segments
from klippekort.messages.queries.people import home
from klippekort.messages.queries.settings import get_rules, means
from klippekort.messages.services import CallOutcome
from klippekort.messages.services.wording import KINDS, example, shown_names
from klippekort.platform import clock
from klippekort.platform.forms import ClockField, CountField, KeyedForm
from klippekort.platform.i18n import _, _l, speaking_to
from klippekort.platform.languages import DANISH, offered

CHANNELS = {
    Channel.PUSH: _l("Notice on a device"),
    Channel.SMS: _l("Text message"),
    Channel.EMAIL: _l("E-mail"),
    Channel.VOICE: _l("A call that reads aloud"),
    Channel.DIGITAL: _l("Digital Post"),
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
    "citizen": (
        Channel.PUSH,
        Channel.SMS,
        Channel.VOICE,
        Channel.DIGITAL,
        Channel.LETTER,
        Channel.CALL,
    ),
    "volunteer": (Channel.PUSH, Channel.SMS, Channel.EMAIL, Channel.CALL),
}


# What a municipality need not have: it is offered where it has.
_WHERE_SET_UP = frozenset({Channel.PUSH, Channel.VOICE, Channel.DIGITAL})


def _choice(purpose: Purpose) -> SelectField:
    return SelectField(PURPOSES[purpose], validators=[Optional()], default="")


class ChannelsForm(KeyedForm):
    """How somebody wants to be told, by purpose."""

    reminder = _choice(Purpose.REMINDER)
    offers = _choice(Purpose.OFFERS)
    changes = _choice(Purpose.CHANGES)
    lapse = _choice(Purpose.LAPSE)
    thanks = _choice(Purpose.THANKS)
    language = SelectField(_l("Language"))

    def offer(self, kind: str, wishes: Wishes, language: str) -> None:
        """Fill the lists for a kind of person, with what they have chosen."""
        known = [SelectChoice(one.code, one.name) for one in offered(whole=False)]
        self.language.choices = known
        if not self.language.raw_data:
            self.language.data = language
        tools, taken = means(get_rules()), set(wishes.chosen.values())
        channels = [
            (one.value, CHANNELS[one])
            for one in _CHANNELS_OF[kind]
            if one not in _WHERE_SET_UP or one in taken or tools.has(one)
        ]
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
        told = [self[purpose.value] for purpose in Purpose if purpose.value in self]
        return [*told, self.language]


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
    cvr = StringField(
        _l("The number we send Digital Post under (CVR)"),
        [Optional(), Regexp(r"\d{8}", message=_l("Write the eight figures of the number."))],
        filters=[lambda typed: "".join((typed or "").split()) or None],
    )

    def validate_closes(self, field: ClockField) -> None:
        """Refuse hours that end before they begin."""
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("The end must come after the beginning."))


class StepForm(KeyedForm):
    """Where a step of the ladder stands; only what may be moved is asked."""

    is_on = BooleanField(_l("We tell this"))
    days = CountField(_l("How many days before"), [InputRequired(_l("Write a whole number."))])
    at = ClockField(_l("At what time"), [InputRequired(_l("Write the time like 10.00."))])
    call_after = CountField(
        _l("Somebody calls after so many hours of office time"),
        [
            Optional(),
            NumberRange(
                FEWEST_HOURS, MOST_HOURS, _l("Write a whole number from 1 to 40, or nothing.")
            ),
        ],
    )

    def offer(self, may: Reach) -> None:
        """Ask only for what may be moved."""
        kept = {
            "is_on": may.may_stop,
            "days": may.days is not None,
            "at": may.at,
            "call_after": may.call_after,
        }
        for name in [name for name, is_asked in kept.items() if not is_asked]:
            delattr(self, name)
        self.reach = may.days

    def validate_days(self, field: CountField) -> None:
        """Refuse days that come too early, or too late to act."""
        first, last = self.reach or (0, 0)
        if field.data is not None and not first <= field.data <= last:
            said = _("Write a whole number from %(first)s to %(last)s.", first=first, last=last)
            raise ValidationError(said)

    def wanted(self) -> dict[str, Any]:
        """Return what was decided, for what was asked."""
        asked = ("is_on", "days", "at", "call_after")
        return {name: self[name].data for name in asked if name in self}

    def shown(self) -> list[Field]:
        """Return the fields to show, but for the box that says whether it is told at all."""
        return [self[name] for name in ("days", "at", "call_after") if name in self]


class WordingForm(KeyedForm):
    """A municipality's own words for one kind of message."""

    text = TextAreaField(
        _l("What the message says"),
        [Optional(), Length(max=wording.LONGEST, message=_l("Use at most 480 letters."))],
        filters=[lambda typed: " ".join((typed or "").split())],
    )

    keep = SubmitField(_l("Use these words"))

    def __init__(self, kind: str, language: str = DANISH.code, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.language = kind, language

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
        stiff = wording.office_words(field.data)
        if stiff:
            raise ValidationError(
                _("%(word)s sounds like an office. Say it as to a neighbour.", word=stiff[0])
            )
        plain = self.plain  # its holes are named in the language of whoever writes
        with speaking_to(self.language):
            sent = example(self.kind, plain, home(), clock.now()) if plain else ""
        if segments(f"{sent}\n{home().name}") > MOST_SEGMENTS:
            raise ValidationError(_("It is too long for two text messages. Say it in fewer words."))


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
