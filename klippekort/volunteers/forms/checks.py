"""The forms of checks: what came of one, a promise, and what the municipality asks for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import (
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp

from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.volunteering import Task
from klippekort.municipalities.forms import stripped
from klippekort.platform.forms import CountField, DayField, KeyedForm, at_most, choices, several
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms import words
from klippekort.volunteers.services import Found

_RECORDED = {kind.value: words.KINDS[kind] for kind in Kind if kind is not Kind.PROMISE}
_ALL_KINDS = {kind.value: words.KINDS[kind] for kind in Kind}
_OUTCOMES = {outcome.value: label for outcome, label in words.OUTCOMES.items()}


class ClearanceForm(KeyedForm):
    """What came of a check; the document itself is not kept."""

    kind = RadioField(
        _l("What was checked?"), [DataRequired(_l("Choose what."))], choices=choices(_RECORDED)
    )
    outcome = RadioField(
        _l("What came of it?"),
        [DataRequired(_l("Choose what came of it."))],
        choices=choices(_OUTCOMES),
    )
    title = StringField(_l("Name of the course"), [Optional(), at_most(80)], filters=[stripped])
    assessed_on = DayField(_l("On which day?"), [InputRequired(_l("Write the day."))])
    renew_by = DayField(_l("To be renewed by"), [Optional()])
    today: date

    def validate_assessed_on(self, field: DayField) -> None:
        """Refuse a check on a day to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("That day is still to come."))

    def validate_renew_by(self, field: DayField) -> None:
        """Refuse a renewal before the check."""
        if field.data and self.assessed_on.data and field.data < self.assessed_on.data:
            raise ValidationError(_("It must be renewed after the day it was checked."))

    def found(self) -> Found:
        """Return the answers of a valid form."""
        kind = Kind(self.kind.data)
        return Found(
            kind,
            Outcome(self.outcome.data),
            self.assessed_on.data,
            self.renew_by.data,
            (self.title.data or "") if kind is Kind.COURSE else "",
        )


class PromiseForm(KeyedForm):
    """A yes to the words of one version of the promise."""

    version = HiddenField(validators=[Regexp(r"\A[1-9][0-9]{0,3}\Z")])


class RulesForm(KeyedForm):
    """Which checks are asked for by task, and how long before and after they run out."""

    host = several(words.TASKS[Task.HOST], _ALL_KINDS)
    alone = several(words.TASKS[Task.ALONE], _ALL_KINDS)
    home = several(words.TASKS[Task.HOME], _ALL_KINDS)
    go_along = several(words.TASKS[Task.GO_ALONG], _ALL_KINDS)
    drive = several(words.TASKS[Task.DRIVE], _ALL_KINDS)
    children = several(words.TASKS[Task.CHILDREN], _ALL_KINDS)
    window_days = CountField(
        _l("Days ahead that a renewal is asked for"),
        [
            InputRequired(_l("Write the number of days.")),
            NumberRange(1, 365, _l("Write a number from 1 to 365.")),
        ],
    )
    grace_days = CountField(
        _l("Days after it ran out until it blocks"),
        [
            InputRequired(_l("Write the number of days.")),
            NumberRange(0, 180, _l("Write a number from 0 to 180.")),
        ],
    )

    def task_fields(self) -> list[SelectMultipleField]:
        """Return the questions about tasks, in their order."""
        return [self[task.value] for task in Task]

    def required(self) -> dict[Task, frozenset[Kind]]:
        """Return which kinds each task asks for."""
        return {
            task: frozenset(Kind(kind) for kind in self[task.value].data or () if kind in set(Kind))
            for task in Task
        }


def rules_data(
    required: Mapping[Task, frozenset[Kind]], window_days: int, grace_days: int
) -> dict[str, Any]:
    """Return what is asked for as the form shows it."""
    ticked = {task.value: [kind.value for kind in required[task]] for task in Task}
    return ticked | {"window_days": window_days, "grace_days": grace_days}


class PromiseTextForm(KeyedForm):
    """New words for the promise, from a day on."""

    text = TextAreaField(
        _l("The promise, in full"),
        [DataRequired(_l("Write the promise.")), at_most(4000)],
        filters=[stripped],
    )
    from_on = DayField(_l("From which day?"), [InputRequired(_l("Write the day."))])
    today: date

    def validate_from_on(self, field: DayField) -> None:
        """Refuse a day that is over: nobody can have been asked then."""
        if field.data and field.data < self.today:
            raise ValidationError(_("That day is over. Choose a day to come."))
