"""What is asked of those who would like to join, of those who join, and of those who leave."""

from collections.abc import Mapping
from datetime import date

from wtforms import Field, StringField, ValidationError
from wtforms.validators import Optional

from klippekort.domain.groups.fitting import OLDEST, YOUNGEST, Relation
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.joining import Outcome, first_day
from klippekort.groups.forms.fields import day, line, listed, number, one_of, tick, told_or_not
from klippekort.groups.forms.words import (
    COMPANY,
    HINDRANCES,
    HOW,
    LEAVE_REASONS,
    OUTCOMES,
    PAST_OTHERS,
    RELATIONS,
    THEMES,
)
from klippekort.groups.services import Asked, Talk, Wish
from klippekort.platform.forms import KeyedForm, choices
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms.words import LANGUAGES

SOURCES: dict[str, str] = {
    "self": _l("They asked themselves"),
    "relative": _l("A relative asked"),
    "staff": _l("One of us asked"),
}
_REACHED = _l("A phone number, and when you can be called. It is deleted once it is not needed.")


class InterestForm(KeyedForm):
    """Somebody who would like to join a group."""

    first_name = line(_l("First name"), most=60)
    contact = line(
        _l("How do we reach them?"), _l("Write how to reach them."), most=200, hint=_REACHED
    )
    source = one_of(_l("Who asked?"), SOURCES, _l("Choose who asked."), default="self")
    not_before_on = day(_l("Not before"), hint=_l("Leave it empty if they can come now."))
    is_sure = tick(_l("They are not the one of the same name who leads it"))

    def offer(self, *, has_names: bool) -> None:
        """Leave out what the group does not keep."""
        if not has_names:
            del self.first_name
            del self.is_sure

    @property
    def has_asked(self) -> bool:
        """Say whether it is certain that they do not lead the group."""
        return "is_sure" in self and bool(self.is_sure.data)

    def asked(self) -> Asked:
        """Return the answers of a valid form."""
        name = self.first_name.data if "first_name" in self else None
        return Asked(self.contact.data, self.source.data, name or None, self.not_before_on.data)


class SuggestForm(KeyedForm):
    """A group that goes by names, for a citizen."""

    group = listed(_l("Which group?"), _l("Choose a group."))
    not_before_on = day(_l("Not before"), hint=_l("Leave it empty if they can come now."))
    said_yes = tick(_l("They have said yes to being written down"))
    is_sure = tick(_l("They are not the one of the same name who leads it"))

    def offer(self, groups: Mapping[str, str]) -> None:
        """Fill in the groups by their ids."""
        self.group.choices = choices({"": _("Choose"), **groups})

    def validate_said_yes(self, field: Field) -> None:
        """Ask for a yes: nobody is put in a line they do not know of."""
        if not field.data:
            raise ValidationError(_("Ask first. Nobody is written down without a yes."))


class TalkForm(KeyedForm):
    """What came of the talk before somebody joins. The day of a loss is reckoned with, not kept."""

    lost_on = day(
        _l("The day of the loss"), hint=_l("It is not kept: it only tells when they can join.")
    )
    outcome = one_of(_l("What came of it?"), OUTCOMES, _l("Choose what came of it."))
    not_before_on = day(_l("Not before"), hint=_l("Leave it empty if they can come now."))
    least_months: int | None
    today: date

    def offer(self, least_months: int | None, today: date) -> None:
        """Leave the loss out where the group asks for no months since, and say what day it is."""
        self.least_months, self.today = least_months, today
        if not least_months:
            del self.lost_on

    def validate_lost_on(self, field: Field) -> None:
        """Refuse a day that is still to come."""
        if field.data > self.today:
            raise ValidationError(_("Choose a day that has been, or today."))

    def talk(self) -> Talk:
        """Return the answers of a valid form; the later of two days counts."""
        lost_on = self.lost_on.data if "lost_on" in self else None
        days = [first_day(lost_on, self.least_months), self.not_before_on.data]
        return Talk(Outcome(self.outcome.data), max(filter(None, days), default=None))


class OfferForm(KeyedForm):
    """Why somebody is asked before those who have waited longer."""

    past_others = one_of(_l("Why are the others passed by?"), PAST_OTHERS, _l("Choose why."))


class YesForm(KeyedForm):
    """A yes to a place: the ground rules were read, and the promise given."""

    promised = tick(_l("They have heard the ground rules and promise to keep them"))
    shares_contact = tick(_l("The others may have their phone number"))

    wants_measures = tick(
        _l("They would like to be asked how they are, now and at the end"),
        hint=_l("A few questions. They can say no to any of them."),
    )

    def offer(self, *, may_share: bool, is_citizen: bool) -> None:
        """Leave out what the group does not keep."""
        if not may_share:
            del self.shares_contact
        if not is_citizen:
            del self.wants_measures

    def validate_promised(self, field: Field) -> None:
        """Ask for the promise before the place is theirs."""
        if not field.data:
            raise ValidationError(_("Read the ground rules together first."))

    @property
    def shares(self) -> bool:
        """Say whether the phone number may be shared."""
        return "shares_contact" in self and bool(self.shares_contact.data)

    @property
    def measures(self) -> bool:
        """Say whether they would like to be asked how they are."""
        return "wants_measures" in self and bool(self.wants_measures.data)


class LeaveForm(KeyedForm):
    """Why somebody leaves."""

    reason = one_of(
        _l("Why?"),
        LEAVE_REASONS,
        _l("Choose why."),
        description=_l("It is counted without a name."),
    )


class AskForm(KeyedForm):
    """Somebody asks for a group themselves, or for somebody close. `website` is for machines."""

    theme = one_of(_l("What would it be about?"), THEMES, _l("Choose what it would be about."))
    language = listed(_l("In which language?"), _l("Choose a language."))
    contact = line(
        _l("How do we reach you?"), _l("Write how we reach you."), most=200, hint=_REACHED
    )
    source = one_of(
        _l("Who is it for?"),
        {"self": _l("Me"), "relative": _l("Somebody close to me")},
        _l("Choose who it is for."),
        default="self",
    )
    relation = told_or_not(
        _l("Whom is it about?"),
        RELATIONS,
        _l("Nobody, or I would rather not say"),
        hint=_l("For example somebody you have lost, or care for."),
    )
    age = number(
        _l("How old is whoever it is for?"),
        YOUNGEST,
        OLDEST,
        None,
    )
    website = StringField(_l("Leave this empty"), [Optional()])

    def offer(self) -> None:
        """Fill in the languages."""
        self.language.choices = choices(LANGUAGES)

    def wish(self) -> Wish:
        """Return the answers of a valid form."""
        relation = Relation(self.relation.data) if self.relation.data else None
        return Wish(Theme(self.theme.data), self.language.data, relation, self.age.data)


class NeedForm(KeyedForm):
    """Three questions; nobody's name."""

    theme = one_of(_l("What would you like to talk with others about?"), THEMES, _l("Choose one."))
    company = one_of(_l("How would you like it best?"), COMPANY, _l("Choose one."))
    hindrance = one_of(_l("What stands in the way?"), HINDRANCES, _l("Choose one."))
    language = listed(_l("In which language?"), _l("Choose a language."))
    website = StringField(_l("Leave this empty"), [Optional()])

    def offer(self) -> None:
        """Fill in the languages."""
        self.language.choices = choices(LANGUAGES)


class NeedOnPaperForm(NeedForm):
    """The same three questions, written down for somebody."""

    how = one_of(_l("How was it answered?"), HOW, _l("Choose how."), default="asked")


class PlaceForm(KeyedForm):
    """The group somebody who waits for a theme is put in line for."""

    group = listed(_l("Which group?"), _l("Choose a group."))
    first_name = line(_l("First name"), most=60, hint=_l("Only where the group keeps it."))

    def offer(self, groups: Mapping[str, str]) -> None:
        """Fill in the groups by their ids."""
        self.group.choices = choices({"": _("Choose"), **groups})


def too_early(least_months: int | None) -> str | None:
    """Return what to say of a group that asks for months since a loss, or None."""
    if not least_months:
        return None
    return str(
        _("At least %(months)s months must have passed since the loss.", months=least_months)
    )
