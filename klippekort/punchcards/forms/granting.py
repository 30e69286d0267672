"""What is asked when a card is given under a scheme: what its own rules must know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from klippekort.domain.eligibility import Clause
from klippekort.domain.granting import APPROVAL, ELIGIBILITY, ORIGINS, GrantWish, asked_facts
from klippekort.domain.granting import left_open as left_open_by
from klippekort.domain.schemes import OPEN, Measure, Terms
from klippekort.domain.schemes.questions import NO, YES
from klippekort.platform.formatting import first_up, full_day
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.cards import WHY_GRANTED
from klippekort.punchcards.forms.changes import LONGEST_REASON
from klippekort.punchcards.forms.fact_words import (
    fact_asked,
    rule_in_words,
    value_in_words,
)
from klippekort.punchcards.forms.own_words import own_word
from klippekort.punchcards.forms.questions import question_of

MINUTES_A_WEEK = 7 * 24 * 60
_USUAL = ("assessment", "application", "automatic")
_LONGEST_FACT = 120
UNKNOWN = "unknown"


_MET = {True: _l("met"), False: _l("not met"), None: _l("not assessed")}
HEARD = {
    "yes": _l("Yes, she has said what she thinks of it"),
    "not_needed": _l("It is not needed: we know nothing new against her"),
}


def condition_words(clause: Clause) -> tuple[str, str, str]:
    """Return a condition in words, what is known of it, and whether it is met."""
    known = value_in_words(clause.said) if clause.said else ""
    return rule_in_words(clause.condition), known, str(_MET[clause.holds])


def origin_word(origin: str) -> str:
    """Return how a card comes in words."""
    return first_up(own_word(origin))


def reason_word(reason: str) -> str:
    """Return why a card is given in words: a reason of everybody's, or a target group's name."""
    return str(WHY_GRANTED.get(reason) or first_up(own_word(reason)))


class GrantForm(KeyedForm):
    """From when a card is given, and why. Its other fields follow from the scheme's rules."""

    scheme = HiddenField()
    from_on = DateField(_l("From"), validators=[DataRequired(_l("Choose the first day."))])
    until_on = DateField(_l("Last day"), validators=[Optional()])
    minutes = IntegerField(
        _l("Minutes each time"),
        validators=[
            Optional(),
            NumberRange(1, MINUTES_A_WEEK, _l("Write a whole number of minutes.")),
        ],
    )
    reason: Any
    asks: "Asks"

    def validate_minutes(self, field: Any) -> None:
        """Refuse minutes under a scheme that counts none."""
        if field.data and self.asks.is_course:
            raise ValidationError(_("A course counts no minutes. Leave it empty."))

    def validate_reason(self, field: Any) -> None:
        """Refuse a reason that is none."""
        if field.data not in dict(field.choices):
            raise ValidationError(_("Choose why."))

    def validate_until_on(self, field: Any) -> None:
        """Refuse a last day before the first."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))

    @property
    def origin(self) -> str:
        """Return how the card comes: as was said, or as follows from why it is given."""
        if self.asks.origins:
            return str(self["way"].data or "")
        return "application" if self.reason.data == "applied" else "assessment"

    @property
    def facts(self) -> dict[str, str]:
        """Return what was said of the citizen; what nobody knows is left out."""
        return _said(self, self.asks.facts)

    @property
    def answers(self) -> dict[str, str]:
        """Return what was decided of the rules that are open."""
        found = {rule: str(self[name].data or "") for rule, name in self.asks.rules.items()}
        if ORIGINS in self.asks.open_rules and self.origin:
            found[ORIGINS] = self.origin
        return {rule: value for rule, value in found.items() if value}


class AssessForm(KeyedForm):
    """What is known of a citizen, as the schemes ask for it."""

    names: Mapping[str, str]
    known: Mapping[str, str]

    @property
    def facts(self) -> dict[str, str]:
        """Return what was said; what nobody knows is left out, and empty where it was known."""
        typed = [fact for fact, name in self.names.items() if self[name].type == "StringField"]
        emptied = {fact: "" for fact in typed if fact in self.known}
        return emptied | _said(self, self.names)


class TurnDownForm(KeyedForm):
    """Why a card is turned down. The citizen is heard first (forvaltningsloven § 19)."""

    words = TextAreaField(
        _l("Why not?"),
        [
            DataRequired(_l("Write why, in a few words.")),
            Length(max=LONGEST_REASON, message=_l("Use at most 1,000 letters.")),
        ],
    )
    heard = RadioField(
        _l("Has she been heard?"),
        choices=choices(HEARD),
        validators=[DataRequired(_l("Hear her first, or say why it is not needed."))],
    )


@dataclass(frozen=True)
class Asks:
    """What a scheme's rules must know: the ways a card may come, the fields by fact and by open
    rule, whether a colleague approves it in any case, and whether the card counts no minutes.
    """

    origins: tuple[str, ...]
    facts: Mapping[str, str]
    rules: Mapping[str, str]
    open_rules: tuple[str, ...]
    needs_approval: bool
    is_course: bool


def granting(terms: Terms, on: date, known: Mapping[str, str]) -> GrantForm:
    """Return the form that gives a card under these terms from about a day; what is known of the
    citizen stands in it.
    """
    asks = _asks(terms, on)
    words = asked_facts(terms)
    fields: dict[str, Any] = {"reason": _why(terms, on)}
    if asks.origins:
        fields["way"] = RadioField(
            _("How does the card come?"),
            choices={one: origin_word(one) for one in asks.origins},
            validators=[_chosen(_("How does the card come?"))],
        )
    stored: dict[str, Any] = {}
    for fact, name in asks.facts.items():
        fields[name] = _fact(fact, words[fact])
        if fact in known:
            stored[name] = known[fact]
    for rule, name in asks.rules.items():
        fields[name] = _decision(rule)
    if asks.open_rules:
        fields["why"] = TextAreaField(
            _("Why do you decide so?"),
            [
                DataRequired(_("Write why, in a few words.")),
                Length(max=LONGEST_REASON, message=_("Use at most 1,000 letters.")),
            ],
        )
    made: GrantForm = type("GrantForm", (GrantForm,), fields)(data={"from_on": on, **stored})
    made.asks = asks
    return made


def assessing(words: Mapping[str, tuple[str, ...]], known: Mapping[str, str]) -> AssessForm:
    """Return the form that asks for facts, each with the words that rules compare it with."""
    names = {fact: f"fact_{at}" for at, fact in enumerate(words)}
    fields = {name: _fact(fact, words[fact]) for fact, name in names.items()}
    stored = {name: known[fact] for fact, name in names.items() if fact in known}
    made: AssessForm = type("AssessForm", (AssessForm,), fields)(data=stored)
    made.names, made.known = names, known
    return made


def _said(form: KeyedForm, names: Mapping[str, str]) -> dict[str, str]:
    said = {fact: str(form[name].data or "").strip() for fact, name in names.items()}
    return {fact: "" if value == UNKNOWN else value for fact, value in said.items() if value}


def _asks(terms: Terms, on: date) -> Asks:
    said = terms.grants.origins
    origins = _USUAL if said == OPEN else tuple(str(one) for one in said)
    wish = GrantWish(on, origin=origins[0] if origins else "")
    left_open = left_open_by(terms, wish, must_be_known=True)
    open_rules = tuple(r for r in left_open if r in (ORIGINS, ELIGIBILITY, APPROVAL))
    asked = [rule for rule in open_rules if rule != ORIGINS]
    return Asks(
        origins,
        {fact: f"fact_{at}" for at, fact in enumerate(asked_facts(terms))},
        {rule: rule.replace(".", "__") for rule in asked},
        open_rules,
        terms.grants.needs_approval is True,
        terms.measured_in is Measure.COURSE,
    )


def _why(terms: Terms, on: date) -> RadioField:
    offered: dict[str, str] = {}
    for name, group in terms.target_groups.items():
        if group.until is None or group.until >= on:
            until = _(" (until %(day)s)", day=full_day(group.until)) if group.until else ""
            offered[name] = f"{first_up(own_word(name))}{until}"
    if not terms.grants.only_target_groups:
        offered |= {code: str(word) for code, word in WHY_GRANTED.items()}
        if terms.target_groups:
            del offered["target_group"]
    return RadioField(
        _("Why?"),
        choices=offered,
        default=None if terms.grants.only_target_groups else "need_assessed",
        validate_choice=False,
        validators=[DataRequired(_("Choose why."))],
    )


def _fact(fact: str, values: Iterable[str]) -> Any:
    """Return the field for a fact: yes or no, a number, or one of the words a rule knows."""
    label, given = fact_asked(fact), list(values)
    unknown = {UNKNOWN: _("Not known")}
    if not given:
        said = {YES: _("Yes"), NO: _("No")} | unknown
        return RadioField(label, [Optional()], choices=said, filters=[_yes_no])
    if all(_is_number(value) for value in given):
        return StringField(label, [Optional(), _number])
    words = {value: first_up(value_in_words(value)) for value in given}
    words |= {"other": _("Something else")} | unknown
    return RadioField(label, [Optional()], choices=words)


def _yes_no(said: Any) -> Any:
    return {"ja": YES, "true": YES, "1": YES, "nej": NO, "false": NO, "0": NO}.get(said, said)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False


def _number(form: Any, field: Any) -> None:
    del form
    said = str(field.data).strip()
    if not _is_number(said) or len(said) > _LONGEST_FACT:
        raise ValidationError(_("Write a number."))


def _decision(rule: str) -> RadioField:
    question = question_of(rule)
    if rule == ELIGIBILITY:
        label = _("The scheme does not say who may have a card. May this person have one?")
        answers = {YES: _("Yes"), NO: _("No")}
    else:
        label, answers = question.text, dict(question.choices)
    field: RadioField = RadioField(label, [_chosen(label)], choices=answers)
    return field


def _chosen(question: str) -> DataRequired:
    """Return what asks for an answer, naming the question: the summary tells them all apart."""
    return DataRequired(_("Choose an answer: %(question)s", question=question))
