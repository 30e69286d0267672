"""What is asked of those who follow up, and of those who set the rules."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms import BooleanField, Field, IntegerField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from klippekort.domain.outreach.cases import BOUNDS, Answer, CaseOutcome, Pace, Reply
from klippekort.domain.outreach.rules import RULES as ALL_RULES
from klippekort.domain.outreach.rules import Chosen, Key
from klippekort.domain.outreach.signs import LONGEST_OWN, MOST_OWN
from klippekort.groups.forms.fields import listed, number, one_of, text, tick
from klippekort.outreach.forms.fields import NoPersonNumber, StillAhead
from klippekort.outreach.forms.words import ANSWERS, NUMBERS, OUTCOMES, REPLIES, RULES, SIGNS
from klippekort.outreach.queries.terms import Terms
from klippekort.outreach.services import Settings
from klippekort.platform.forms import CountField, DayField, KeyedForm, choices, several
from klippekort.platform.i18n import _, _l


class AnswerForm(KeyedForm):
    """What came of a line on the list."""

    answer = one_of(_l("What came of it?"), ANSWERS, _l("Choose what came of it."))
    until_on = DayField(
        _l("Which day?"),
        [Optional(), StillAhead()],
        description=_l("When it is put off, or when they may be asked again after a no."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a day where the line is put off."""
        is_valid = bool(super().validate(extra_validators))
        if self.answer.data != Answer.LATER or self.until_on.data or self.until_on.errors:
            return is_valid
        self.until_on.errors = [_("Write the day to come back to it.")]
        return False


class NextForm(KeyedForm):
    """When a case is looked at next."""

    next_on = DayField(_l("Next date"), [InputRequired(_l("Write the next date.")), StillAhead()])


class HandOverForm(KeyedForm):
    """Who is asked to take a case over."""

    to = listed(
        _l("Who should take it over?"),
        _l("Choose a colleague."),
        hint=_l("It stays with its owner until they say yes."),
    )

    def offer(self, people: Mapping[str, str]) -> None:
        """Fill in the colleagues by their ids."""
        self.to.choices = choices({"": _("Choose"), **people})


class CloseForm(KeyedForm):
    """How a case ends."""

    outcome = one_of(_l("What came of it?"), OUTCOMES, _l("Choose what came of it."))

    def offer(self, *, is_known: bool) -> None:
        """Leave out what cannot be: a citizen who is known was found."""
        hidden = {CaseOutcome.NOT_FOUND.value} if is_known else set()
        self.outcome.choices = choices({k: v for k, v in OUTCOMES.items() if k not in hidden})


class ReplyForm(KeyedForm):
    """What whoever told us was answered."""

    reply = one_of(_l("What did you tell them?"), REPLIES, _l("Choose what you told them."))

    def offer(self, *, has_yes: bool) -> None:
        """Offer to tell that we have been in touch only where the citizen has said yes."""
        hidden = set() if has_yes else {Reply.IN_TOUCH.value}
        self.reply.choices = choices({k: v for k, v in REPLIES.items() if k not in hidden})


class PressForm(KeyedForm):
    """A press of a button, and what it is about where it is about something."""


def _days(label: Any, name: str) -> CountField:
    least, most = BOUNDS[name]
    return number(label, least, most, _l("Write a number."))


class SettingsForm(KeyedForm):
    """A municipality's times, signs and owner."""

    first_days = _days(_l("Days before somebody looks at what came in"), "first_days")
    handover_days = _days(_l("Days a colleague has to take something over"), "handover_days")
    answer_days = _days(_l("Days to answer whoever told us"), "answer_days")
    forget_days = _days(_l("Days before signs and words are deleted without a yes"), "forget_days")
    again_months = _days(_l("Months before somebody is asked again after a no"), "again_months")
    rest_days = _days(_l("Days a line rests when it is done"), "rest_days")
    owner = listed(_l("Who owns what comes in?"))
    signs = several(_l("Signs that can be pressed"), SIGNS)
    own_signs = text(
        _l("Your own signs"), most=1000, hint=_l("One on each line. At most 12, in few words.")
    )
    is_public = tick(_l("People without a log-in may tell us of somebody"))

    def offer(self, people: Mapping[str, str]) -> None:
        """Fill in who can own what comes in."""
        self.owner.choices = choices({"": _("The one who has the fewest"), **people})

    def validate_own_signs(self, field: Field) -> None:
        """Refuse too many, too long ones, and person numbers."""
        NoPersonNumber()(self, field)
        lines = self.own()
        if len(lines) > MOST_OWN:
            raise ValidationError(_("That is more than 12 signs."))
        if any(len(line) > LONGEST_OWN for line in lines):
            raise ValidationError(_("A sign is at most 60 letters."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for something to press."""
        is_valid = bool(super().validate(extra_validators))
        if self.signs.data or self.own():
            return is_valid
        self.signs.errors = [_("Keep at least one sign.")]
        return False

    def own(self) -> list[str]:
        """Return the municipality's own signs, a line each."""
        lines = (self.own_signs.data or "").splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))

    def settings(self) -> Settings:
        """Return the answers of a valid form."""
        pace = Pace(**{name: self[name].data for name in BOUNDS})
        hidden = set(SIGNS) - set(self.signs.data or ())
        owner = UUID(self.owner.data) if self.owner.data else None
        return Settings(pace, hidden, self.own(), owner, bool(self.is_public.data))


def settings_data(terms: Terms) -> dict[str, Any]:
    """Return what is set, as the form shows it."""
    return {
        **vars(terms.pace),
        "owner": str(terms.owner_id or ""),
        "signs": [key for key in SIGNS if key not in terms.signs.hidden],
        "own_signs": "\n".join(terms.signs.own.values()),
        "is_public": terms.is_public,
    }


class RulesForm(KeyedForm):
    """The rules of the list; its fields are made from the rules themselves."""

    is_meant = BooleanField(_l("Yes, that is what I want"))

    def chosen(self) -> dict[Key, Chosen]:
        """Return the answers of a valid form."""
        return {
            key: Chosen(
                bool(self[f"{key}_on"].data),
                {name: self[f"{key}_{name}"].data for name in rule.numbers},
            )
            for key, rule in ALL_RULES.items()
        }


def rules_form(terms: Terms) -> RulesForm:
    """Return the form of a municipality's rules, filled in with what is set."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for key, rule in ALL_RULES.items():
        fields[f"{key}_on"] = BooleanField(_l("In use"))
        data[f"{key}_on"] = terms.rules[key].is_on
        for name, bounds in rule.numbers.items():
            fields[f"{key}_{name}"] = _number_of(key, name, bounds.least, bounds.most)
            data[f"{key}_{name}"] = terms.rules[key].values[name]
    made: RulesForm = type("RulesOf", (RulesForm,), fields)(data=data)
    return made


def _number_of(key: Key, name: str, least: int, most: int) -> IntegerField:
    within = _l("Write a number from %(least)s to %(most)s.", least=least, most=most)
    return CountField(
        NUMBERS[key, name],
        [InputRequired(_l("Write a number.")), NumberRange(least, most, within)],
        description=_l("From %(least)s to %(most)s.", least=least, most=most),
    )


def rule_fields(form: RulesForm) -> list[tuple[Key, str, str, Any, list[Any]]]:
    """Return each rule with its name, why it is there, its tick and its numbers."""
    return [
        (
            key,
            str(RULES[key][0]),
            str(RULES[key][1]),
            form[f"{key}_on"],
            [form[f"{key}_{name}"] for name in rule.numbers],
        )
        for key, rule in ALL_RULES.items()
    ]
