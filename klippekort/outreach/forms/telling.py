"""What is asked of those who have noticed something, or tell us of somebody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms import Field, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from klippekort.domain.outreach.cases import Consent, Source
from klippekort.groups.forms.fields import one_of, text, tick
from klippekort.municipalities.forms import stripped
from klippekort.outreach.forms.fields import NoPersonNumber, ToldBefore
from klippekort.outreach.forms.words import CONSENTS, SOURCES, TELLERS
from klippekort.outreach.services import Noted, Told
from klippekort.platform import clock
from klippekort.platform.forms import DayField, KeyedForm, at_most, choices, several
from klippekort.platform.i18n import _, _l

_WRITTEN_BY_OTHERS = {key: words for key, words in SOURCES.items() if key != Source.STAFF}


class NoticeForm(KeyedForm):
    """What somebody has noticed: signs, a word, and the citizen's yes or no."""

    citizen_id = HiddenField()
    signs = several(_l("What have you noticed?"), {})
    words = text(_l("In your own words"), most=500)
    consent = RadioField(
        _l("May we contact them?"),
        [DataRequired(_l("Say whether they want to be contacted."))],
        choices=choices(CONSENTS),
    )

    def offer(self, signs: Mapping[str, str], first_name: str | None = None) -> None:
        """Fill in the municipality's signs, and whom it is about where that is settled."""
        self.signs.choices = choices(signs)
        if first_name:
            self.consent.label.text = _("May we contact %(name)s?", name=first_name)

    def validate_words(self, field: Field) -> None:
        """Refuse a person number."""
        NoPersonNumber()(self, field)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a sign or a word: what is left empty is looked at by no field of its own."""
        is_valid = bool(super().validate(extra_validators))
        if self.signs.data or self.words.data:
            return is_valid
        self.words.errors = [_("Press what you noticed, or write a word.")]
        return False

    def noted(self, citizen_id: UUID) -> Noted:
        """Return the answers of a valid form."""
        signs = tuple(self.signs.data or ())
        return Noted(citizen_id, signs, self.words.data or "", Consent(self.consent.data))


class NoticeAnyForm(NoticeForm):
    """The same, with whom it is about: for Today, also without a network."""

    citizen_id = SelectField(_l("Whom is it about?"), [DataRequired(_l("Choose a citizen."))])

    def offer_people(self, people: Mapping[str, str]) -> None:
        """Fill in the citizens by their ids."""
        self.citizen_id.choices = choices({"": _("Choose"), **people})


class ReferralForm(KeyedForm):
    """What came by phone, letter or message, as one of us types it in."""

    source = one_of(_l("Who told us?"), _WRITTEN_BY_OTHERS, _l("Choose who told us."))
    teller = StringField(
        _l("Their name, and how we reach them"),
        [Optional(), at_most(200), NoPersonNumber()],
        filters=[stripped],
    )
    received_on = DayField(
        _l("When did it come?"), [InputRequired(_l("Write the day it came.")), ToldBefore()]
    )
    about = StringField(
        _l("Whom is it about, and how do we reach them?"),
        [DataRequired(_l("Write whom it is about.")), at_most(200), NoPersonNumber()],
        filters=[stripped],
    )
    signs = several(_l("What did they notice?"), {})
    words = text(_l("In their own words"), most=1000)
    consent = one_of(
        _l("Does the citizen want to be contacted?"), CONSENTS, _l("Choose what the citizen says.")
    )
    wants_answer = tick(_l("They would like to hear that we have been in touch"))

    def offer(self, signs: Mapping[str, str], *, is_known: bool) -> None:
        """Fill in the signs; a citizen who is known need not be written down."""
        self.signs.choices = choices(signs)
        if is_known:
            del self.about

    def validate_words(self, field: Field) -> None:
        """Refuse a person number."""
        NoPersonNumber()(self, field)

    def validate_wants_answer(self, field: Field) -> None:
        """Ask how to reach whoever waits for an answer."""
        if field.data and not self.teller.data:
            raise ValidationError(_("Write how we reach them, or leave the tick out."))

    def told(self, citizen_id: UUID | None) -> Told:
        """Return the answers of a valid form."""
        return Told(
            Source(self.source.data),
            self.received_on.data or clock.today(),
            about=(self.about.data or "") if "about" in self else "",
            words=self.words.data or "",
            teller=self.teller.data or "",
            consent=Consent(self.consent.data),
            wants_answer=bool(self.wants_answer.data),
            signs=tuple(self.signs.data or ()),
            citizen_id=citizen_id,
        )


class TellForm(KeyedForm):
    """What anybody may tell us, without a log-in; `website` is filled in by machines alone."""

    source = one_of(_l("Who are you?"), TELLERS, _l("Choose who you are."))
    about = StringField(
        _l("Whom is it about, and how do we reach them?"),
        [DataRequired(_l("Write whom it is about.")), at_most(200), NoPersonNumber()],
        filters=[stripped],
        description=_l("A name, and a phone number or a road. No person number."),
    )
    words = text(
        _l("What would you like us to know?"),
        most=500,
        hint=_l("A line is enough. The one it is about can read it. Leave illness out."),
    )
    knows = one_of(
        _l("Do they know that you write to us?"),
        {"yes": _l("Yes, and they would like to hear from us"), "no": _l("No, not yet")},
        _l("Choose whether they know."),
    )
    teller = StringField(
        _l("Your own name and phone"),
        [Optional(), at_most(200), NoPersonNumber()],
        filters=[stripped],
    )
    wants_answer = tick(
        _l("I would like to hear that you have been in touch"),
        hint=_l("We never tell anything about health."),
    )
    website = StringField(_l("Leave this empty"))

    def validate_words(self, field: Field) -> None:
        """Refuse a person number."""
        NoPersonNumber()(self, field)

    def validate_wants_answer(self, field: Field) -> None:
        """Ask how to reach whoever waits for an answer."""
        if field.data and not self.teller.data:
            raise ValidationError(_("Write your name and phone, or leave the tick out."))

    def told(self) -> Told:
        """Return the answers of a valid form. Whoever asks for themselves says yes."""
        is_self = self.source.data == Source.SELF
        said_yes = is_self or self.knows.data == "yes"
        return Told(
            Source(self.source.data),
            clock.today(),
            about=self.about.data or "",
            words=self.words.data or "",
            teller=self.teller.data or "",
            consent=Consent.YES if said_yes else Consent.NOT_ASKED,
            wants_answer=bool(self.wants_answer.data) and not is_self,
        )
