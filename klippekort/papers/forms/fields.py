"""What is asked about papers: reasons, words, rules, and what is ticked on a slip."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from klippekort.domain.messages import wording
from klippekort.papers.services.letters import LONGEST_REASON
from klippekort.papers.services.wording import LONGEST, PARTS, shown_names
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most, choices
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.granting import HEARD

_KLE = r"^\d{2}\.\d{2}\.\d{2}$"


def _stripped(typed: str | None) -> str:
    return (typed or "").strip()


class ReasonsForm(KeyedForm):
    """Why, in words the citizen understands."""

    words = TextAreaField(
        _l("Why?"),
        [DataRequired(_l("Write why, so that she can see what counted.")), at_most(LONGEST_REASON)],
        filters=[_stripped],
    )


class BatchForm(ReasonsForm):
    """Why the rules change; it stands in each letter."""

    show = SubmitField(_l("Show me the letters"))


class _HeardForm(ReasonsForm):
    """A decision against the citizen: she is heard first (forvaltningsloven § 19)."""

    heard = RadioField(
        _l("Has she been heard?"),
        choices=choices(HEARD),
        validators=[InputRequired(_l("Hear her first, or say why it is not needed."))],
    )


class DeclineForm(_HeardForm):
    """Saying no to somebody who asked for a card."""

    scheme = RadioField(
        _l("Which scheme?"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose the scheme."))],
    )

    def offer(self, schemes: dict[str, str]) -> None:
        """Fill the schemes to choose from; where there is one it is chosen."""
        field: Any = self.scheme
        field.choices = [SelectChoice(code, name) for code, name in schemes.items()]
        if not self.is_submitted() and len(schemes) == 1:
            field.data = next(iter(schemes))

    def validate_scheme(self, field: Any) -> None:
        """Refuse a scheme that is not on the list."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose the scheme."))


class CutForm(_HeardForm):
    """Giving a card less time from a coming day on."""

    minutes = CountField(
        _l("Minutes each time from then on"),
        [
            InputRequired(_l("Write a whole number of minutes.")),
            NumberRange(1, 10_080, _l("Write a whole number of minutes.")),
        ],
    )
    from_on: DateField = DayField(_l("From which day?"), [InputRequired(_l("Choose a day ahead."))])


class RulesForm(KeyedForm):
    """Where letters are filed, who takes complaints and who signs."""

    kle = StringField(
        _l("KLE number"),
        [Optional(), Regexp(_KLE, message=_l("Write it like 27.36.00."))],
        filters=[_stripped],
    )
    complaint_to = StringField(
        _l("Where complaints are written to"), [Optional(), at_most(300)], filters=[_stripped]
    )
    signed_by = StringField(_l("Who signs"), [Optional(), at_most(120)], filters=[_stripped])
    week_letters = BooleanField(_l("Make next week's letters every Thursday"))


class PartForm(KeyedForm):
    """A municipality's own words for one part of its letters."""

    text = TextAreaField(
        _l("What it says"),
        [Optional(), Length(max=LONGEST, message=_l("That is too long."))],
        filters=[lambda typed: " ".join((typed or "").split())],
    )
    keep = SubmitField(_l("Use these words"))

    def __init__(self, part: str, **options: Any) -> None:
        super().__init__(**options)
        self.part = part

    @property
    def plain(self) -> str:
        """The words with the holes under our own names."""
        return wording.rename(self.text.data, {said: name for name, said in shown_names().items()})

    def validate_text(self, field: TextAreaField) -> None:
        """Refuse holes that nothing fits in, and sentences nobody hears once."""
        try:
            wording.check(self.plain, PARTS[self.part].names)
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


class CodeForm(KeyedForm):
    """The code on a slip, typed or scanned."""

    code = StringField(
        _l("The code on the slip"),
        [DataRequired(_l("Type the code that stands below the square."))],
        filters=[_stripped],
    )
