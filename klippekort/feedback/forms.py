"""What is asked of those who say what they think, and of those who answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import StringField
from wtforms.validators import Optional

from klippekort.domain.feedback import Change, Channel, Kind, Times
from klippekort.feedback.queries.feedback import Rules
from klippekort.feedback.services import Ending, Said
from klippekort.groups.forms.fields import day, line, listed, number, one_of, text, tick
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l

KINDS: dict[str, Any] = {
    Kind.PRAISE: _l("Something is good"),
    Kind.IDEA: _l("I have an idea"),
    Kind.PROBLEM: _l("Something went wrong"),
    Kind.COMPLAINT: _l("I want to complain"),
}
STAFF_CHANNELS: dict[str, Any] = {
    Channel.HELPER: _l("Said to a helper"),
    Channel.PHONE: _l("By phone"),
    Channel.SLIP: _l("On a slip of paper"),
}
CHANNELS: dict[str, Any] = {
    **STAFF_CHANNELS,
    Channel.PAGE: _l("On the public page"),
    Channel.OWN_PAGE: _l("On their own page"),
}
KIND_WORDS: dict[str, Any] = {
    Kind.PRAISE: _l("Praise"),
    Kind.IDEA: _l("Idea"),
    Kind.PROBLEM: _l("Problem"),
    Kind.COMPLAINT: _l("Complaint"),
}
OUTCOMES: dict[str, Any] = {
    Change.CHANGED: _l("We changed something"),
    Change.EXPLAINED: _l("We explained why it is as it is"),
    Change.PASSED_ON: _l("Others take it from here"),
    Change.NOTHING: _l("Nothing changed"),
}
_CHOOSE_KIND = _l("Choose what it is about.")
_WRITE_WORDS = _l("Write what you think.")


class GiveForm(KeyedForm):
    """Anybody says what they think. `website` is for machines."""

    kind = one_of(_l("What is it?"), KINDS, _CHOOSE_KIND)
    words = text(_l("What do you think?"), _WRITE_WORDS, most=2000)
    contact = line(
        _l("How do we reach you?"),
        most=200,
        hint=_l("Leave it empty if you would rather not say who you are."),
    )
    website = StringField(_l("Leave this empty"), [Optional()])

    def said(self) -> Said:
        """Return the answers of a valid form."""
        kind = Kind(self.kind.data)
        return Said(kind, Channel.PAGE, self.words.data, self.contact.data or "")


class OwnForm(KeyedForm):
    """A citizen says what she thinks on her own page."""

    kind = one_of(_l("What is it?"), KINDS, _CHOOSE_KIND)
    words = text(_l("What do you think?"), _WRITE_WORDS, most=2000)
    wants_answer = tick(_l("I would like an answer"))

    def said(self, citizen_id: UUID) -> Said:
        """Return the answers of a valid form."""
        return Said(
            Kind(self.kind.data),
            Channel.OWN_PAGE,
            self.words.data,
            citizen_id=citizen_id,
            wants_answer=self.wants_answer.data,
        )


class NoteForm(KeyedForm):
    """One of us types in what somebody said."""

    channel = one_of(_l("How did it come?"), STAFF_CHANNELS, _l("Choose how it came."))
    kind = one_of(_l("What is it?"), KIND_WORDS, _CHOOSE_KIND)
    words = text(
        _l("What did they say?"),
        _l("Write what they said."),
        most=2000,
        hint=_l("Use their own words. Never write a CPR number."),
    )
    received_on = day(_l("When was it said?"), hint=_l("Leave it empty for today."))
    wants_answer = tick(_l("They would like an answer"))
    contact = line(
        _l("How do we reach them?"), most=200, hint=_l("Leave it empty if they want no name on it.")
    )

    def said(self, citizen_id: UUID | None) -> Said:
        """Return the answers of a valid form."""
        return Said(
            Kind(self.kind.data),
            Channel(self.channel.data),
            self.words.data,
            self.contact.data or "",
            citizen_id,
            self.received_on.data,
            self.wants_answer.data,
        )


class OwnerForm(KeyedForm):
    """Who answers for it."""

    owner = listed(_l("Who answers for it?"), _l("Choose who answers for it."))

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill in who can answer for it."""
        self.owner.choices = [(str(one), name) for one, name in people]


class AcknowledgeForm(KeyedForm):
    """Whoever complained has heard that it is here."""


class AnswerForm(KeyedForm):
    """What was answered."""

    words = text(
        _l("What did you answer?"),
        _l("Write what you answered."),
        most=2000,
        hint=_l("Say it to them first. It is kept here."),
    )


class PassOnForm(KeyedForm):
    """Whom it is passed on to."""

    authority = line(_l("Who takes it from here?"), _l("Write who takes it from here."), most=120)


class CloseForm(KeyedForm):
    """What came of it."""

    outcome = one_of(_l("What came of it?"), OUTCOMES, _l("Choose what came of it."))
    change = text(_l("What changed because of it?"), most=1000)
    is_public = tick(_l("Show it on the page that everybody can read"))
    said_text = line(
        _l("You said"), most=300, hint=_l("Write it so that nobody can be recognised.")
    )
    did_text = text(_l("We did"), most=500, hint=_l("Never with a name."))

    def validate(self, extra_validators: object = None) -> bool:
        """Say whether the form holds; words for everybody are needed only when they are shown."""
        valid = bool(super().validate(extra_validators))
        if self.outcome.data == Change.CHANGED and not self.change.data:
            self.change.errors = [_("Write what changed.")]
            valid = False
        if self.is_public.data:
            for one in (self.said_text, self.did_text):
                if not one.data:
                    one.errors = [_("Write it, or leave the page for everybody alone.")]
                    valid = False
        return valid

    def ending(self) -> Ending:
        """Return the answers of a valid form."""
        return Ending(
            Change(self.outcome.data),
            self.change.data or "",
            self.is_public.data,
            self.said_text.data or "",
            self.did_text.data or "",
        )


class RulesForm(KeyedForm):
    """The municipality's own clocks."""

    answer_days = number(
        _l("Office days until an answer"), 1, 60, _l("Write how many days."), default=10
    )
    acknowledge_days = number(
        _l("Office days until a complaint is acknowledged"),
        1,
        60,
        _l("Write how many days."),
        default=3,
    )
    complaint_days = number(
        _l("Office days until a complaint is answered"),
        1,
        120,
        _l("Write how many days."),
        default=20,
    )
    forget_days = number(
        _l("Days until the words are deleted"),
        30,
        1825,
        _l("Write how many days."),
        hint=_l("Counted from when it was closed. The numbers stay."),
        default=365,
    )
    owner = listed(_l("Who looks first?"))
    guidance = text(
        _l("How to complain to the right authority"),
        most=1000,
        hint=_l("You see this when you pass a complaint on. Say where, how and by when."),
    )

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill in who can look first."""
        named = [(str(one), name) for one, name in people]
        self.owner.choices = [("", _("The first coordinator")), *named]

    def rules(self) -> Rules:
        """Return the answers of a valid form."""
        times = Times(self.answer_days.data, self.acknowledge_days.data, self.complaint_days.data)
        owner = UUID(self.owner.data) if self.owner.data else None
        return Rules(times, self.forget_days.data, owner, self.guidance.data or "")
