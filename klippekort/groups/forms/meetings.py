"""What is asked about a meeting, and about what was learnt from it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from wtforms import Field, ValidationError

from klippekort.domain.calendar import instant
from klippekort.groups.forms.fields import (
    clock,
    day,
    line,
    listed,
    number,
    one_of,
    text,
    tick,
)
from klippekort.groups.forms.words import ANSWERS, CANCEL_REASONS, PROPOSALS
from klippekort.groups.services import Held
from klippekort.platform.forms import KeyedForm, choices, several
from klippekort.platform.i18n import _, _l


class DescribeForm(KeyedForm):
    """What a meeting is for."""

    aim = line(_l("What is this meeting for?"), most=200)
    agenda = text(
        _l("Agenda"), most=1000, hint=_l("What you will do. Never what anybody has said.")
    )


class MoveForm(KeyedForm):
    """When a meeting is held instead."""

    day = day(_l("New day"), _l("Choose the day."))
    starts = clock(_l("It begins at"), _l("Write when it begins."))

    def starts_at(self) -> datetime:
        """Return the instant of a valid form."""
        return instant(self.day.data, self.starts.data)


class CancelForm(KeyedForm):
    """Why a meeting is cancelled."""

    reason = one_of(
        _l("What happened?"),
        {code: words for code, words in CANCEL_REASONS.items() if code != "ended"},
        _l("Choose what happened."),
    )


class HeldForm(KeyedForm):
    """How many came, or who, as the group has promised."""

    came = several(_l("Who came?"), {})
    head_count = number(_l("How many came?"), 0, 200, _l("Write how many came."))
    visitors = number(
        _l("How many came just to see?"),
        0,
        50,
        _l("Write how many. Write 0 if nobody did."),
        default=0,
    )
    members_led = tick(_l("The members led the meeting themselves"))

    def offer(self, members: Mapping[str, str] | None) -> None:
        """Fill in the members that can be ticked; None where only heads are counted."""
        if members is None:
            del self.came
            return
        del self.head_count
        self.came.choices = choices(members)
        self.came.data = [one for one in self.came.data or () if one in members]

    def held(self) -> Held:
        """Return the answers of a valid form."""
        from_uuid = (
            frozenset(UUID(one) for one in self.came.data) if "came" in self else frozenset()
        )
        heads = self.head_count.data if "head_count" in self else len(from_uuid)
        return Held(heads, from_uuid, self.visitors.data or 0, bool(self.members_led.data))


class StandInForm(KeyedForm):
    """Who cannot come, and who comes instead."""

    absent = listed(_l("Who cannot come?"), _l("Choose who cannot come."))
    instead = listed(_l("Who comes instead?"))
    is_sure = tick(_l("They are not the member of the same name"))

    def offer(self, leaders: Mapping[str, str], people: Mapping[str, str]) -> None:
        """Fill in who leads the group, and who may stand in, by code."""
        self.absent.choices = choices({"": _("Choose"), **leaders})
        self.instead.choices = choices({"": _("Nobody yet"), **people})


class TapForm(KeyedForm):
    """One tap on how a meeting was."""

    answer = one_of(_l("How was it today?"), ANSWERS, _l("Choose one."))


class PaperForm(KeyedForm):
    """Answers that were given on paper, counted."""

    well = number(ANSWERS["well"], 0, 60, _l("Write how many."), default=0)
    so_so = number(ANSWERS["so_so"], 0, 60, _l("Write how many."), default=0)
    badly = number(ANSWERS["badly"], 0, 60, _l("Write how many."), default=0)

    def validate_badly(self, field: Field) -> None:
        """Refuse a pile with nothing in it."""
        if not any((self.well.data, self.so_so.data, field.data)):
            raise ValidationError(_("Write how many there are of at least one."))

    def counts(self) -> dict[str, int]:
        """Return how many there are of each answer."""
        return {code: self[code].data for code in ANSWERS if self[code].data}


class NoteForm(KeyedForm):
    """A note on how the group works."""

    text = text(
        _l("How does the group work?"),
        _l("Write a few words."),
        most=2000,
        hint=_l("About the group as a whole. No names, and nothing anybody has told."),
    )


class ProposalForm(KeyedForm):
    """What the group would like of us."""

    kind = one_of(_l("What is it about?"), PROPOSALS, _l("Choose what it is about."))
    text = text(_l("What would the group like?"), _l("Write what the group would like."))


class ReplyForm(KeyedForm):
    """What the group is answered."""

    text = text(
        _l("Our answer"), _l("Write an answer."), hint=_l("Say what will be done, and by when.")
    )
