"""Forms about one course: its steps, whom it rests with, the hand-over, checks and answers."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from klippekort.courses import services
from klippekort.courses.forms import words
from klippekort.courses.forms.fields import day, line, listed, one_of, perhaps, tick
from klippekort.courses.forms.fields import words as lines_of_words
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _l

_DAY = _l("Write which day it was.")


def _id(chosen: str | None) -> UUID | None:
    return UUID(chosen) if chosen else None


class OpenForm(KeyedForm):
    """How a course begins."""

    origin = one_of(
        _l("How did it begin?"),
        {code: words.ORIGINS[code] for code in words.OPENED_BY_HAND},
        _l("Choose how it began."),
    )


class StepForm(KeyedForm):
    """Where a course goes from here; `offer` puts in where it may."""

    to = one_of(_l("What happens now?"), {}, _l("Choose what happens now."))
    on_day = day(_l("Which day?"), _DAY)
    reason = perhaps(_l("Why does it rest?"), words.PAUSES, hint=_l("Only if it rests now."))
    not_before_on = day(
        _l("When may we ask again?"), hint=_l("Only if it rests, or the answer was no.")
    )

    def offer(self, ways: Mapping[str, str], today: date, likely: str | None = None) -> None:
        """Put in where the course may go, today, and what is likely to be answered if anything."""
        self.to.choices = choices(ways)
        if not self.is_submitted():
            self.on_day.data = today
            self.to.data = likely if likely in ways else None


class AroundForm(KeyedForm):
    """Who a course rests with, the host who expects her, and what was chosen."""

    responsible = listed(_l("Who is responsible here?"))
    activity = listed(_l("Chosen activity"))
    in_a_group = tick(
        _l("A group is chosen"), hint=_l("Which group it is, the page of groups keeps alone.")
    )
    host = listed(_l("Host among our volunteers"))
    host_name = line(
        _l("Or the host's name"), hint=_l("Who expects the guest and says welcome at the door.")
    )

    def offer(
        self,
        people: Mapping[str, str],
        activities: Mapping[str, str],
        hosts: Mapping[str, str],
    ) -> None:
        """Put in who and what can be chosen."""
        nobody = {"": _l("Nobody chosen")}
        self.responsible.choices = choices({**nobody, **people})
        self.activity.choices = choices({"": _l("Nothing chosen"), **activities})
        self.host.choices = choices({**nobody, **hosts})

    def around(self, people: Mapping[str, str]) -> services.Around:
        """Return what was told."""
        return services.Around(
            responsible_id=_id(self.responsible.data),
            responsible_name=people.get(self.responsible.data or "", ""),
            host_id=_id(self.host.data),
            host_name=self.host_name.data or "",
            activity_id=_id(self.activity.data),
            in_a_group=bool(self.in_a_group.data),
        )


class HandOverForm(KeyedForm):
    """To whom a course is handed over, and what they know."""

    form = one_of(_l("How does it go on from now?"), words.FORMS, _l("Choose how it goes on."))
    on_day = day(_l("From which day?"), _DAY)
    volunteer = listed(_l("The volunteer"), hint=_l("Only if it is one of ours."))
    receiver = line(_l("Or the name of whoever takes over"))
    overlap_on = day(
        _l("The day you were along together"), hint=_l("Leave it empty if there was none.")
    )
    told = lines_of_words(
        _l("What has the receiver been told?"), hint=_l("Only what is needed. Nothing on health.")
    )
    has_consent = tick(_l("The citizen has said yes to this being told"))
    fallback = line(_l("Whom do they call if it goes wrong?"), most=200)

    def offer(self, volunteers: Mapping[str, str], today: date) -> None:
        """Put in who can take over, and today."""
        self.volunteer.choices = choices({"": _l("Nobody chosen"), **volunteers})
        if not self.is_submitted():
            self.on_day.data = today

    def told_of(self) -> services.HandOver:
        """Return what was told."""
        return services.HandOver(
            form=self.form.data,
            on_day=self.on_day.data,
            receiver=self.receiver.data or "",
            volunteer_id=_id(self.volunteer.data),
            overlap_on=self.overlap_on.data,
            told=self.told.data or "",
            has_consent=bool(self.has_consent.data),
            fallback=self.fallback.data or "",
        )


class CheckForm(KeyedForm):
    """How it goes some weeks after a hand-over."""

    outcome = one_of(_l("How does it go?"), words.OUTCOMES, _l("Choose how it goes."))


class EvaluationForm(KeyedForm):
    """Whether she was heard, and was needed. Not asked is an answer."""

    heard = one_of(_l("I was heard"), words.HOW_MUCH, _l("Choose an answer, or Not asked."))
    needed = one_of(_l("I was needed"), words.HOW_MUCH, _l("Choose an answer, or Not asked."))


class NoForm(KeyedForm):
    """Why a suggestion was not for her."""

    because = one_of(_l("Why not?"), words.BECAUSE, _l("Choose why not."))


class GiftForm(KeyedForm):
    """That she did something for others on a day."""

    on_day = day(_l("Which day was it?"), _DAY)
    is_thanked = tick(_l("Thanks have been said"))

    def offer(self, today: date) -> None:
        """Put in today."""
        if not self.is_submitted():
            self.on_day.data = today
