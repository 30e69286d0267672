"""What is asked when a group is set up, changed, handed over, joined with another, or ended."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from wtforms import Field, ValidationError

from klippekort.domain.groups.anonymity import Anonymity, is_at_least
from klippekort.domain.groups.fitting import OLDEST, YOUNGEST, Relation
from klippekort.domain.groups.forms import GroupForm, Theme
from klippekort.domain.groups.handing_over import Task
from klippekort.groups.forms.fields import (
    check_link,
    clock,
    day,
    line,
    listed,
    number,
    one_of,
    text,
    tick,
    told_or_not,
)
from klippekort.groups.forms.telling import tells
from klippekort.groups.forms.words import (
    ANONYMITY,
    END_REASONS,
    RELATIONS,
    TASKS,
    THEMES,
    WITHDRAWS,
)
from klippekort.groups.services import Details, Frame, Shape
from klippekort.platform.forms import KeyedForm, choices, several
from klippekort.platform.i18n import _, _l
from klippekort.volunteers.forms.words import LANGUAGES

_EMPTY = _l("Leave it empty if it is for all ages.")


class DetailsForm(KeyedForm):
    """What may change as a group goes on."""

    neutral_name = line(
        _l("What is the group called?"),
        _l("Write what the group is called."),
        hint=_l("It stands in lists and messages. It must not tell what the group is about."),
    )
    aim = text(_l("What is it for?"), hint=_l("Only those who lead the group see this."))
    target = text(
        _l("Who is it for, and who not?"),
        hint=_l("In your own words, and when other help is better."),
    )
    place = listed(_l("Where does it meet?"))
    room = line(_l("Room"))
    online_url = line(
        _l("Link, if it meets on screen"), most=300, hint=_l("It begins with https://.")
    )
    welcome = line(
        _l("Who meets you at the door?"),
        most=200,
        hint=_l("For example: Karin with the red scarf."),
    )
    agreement_until = day(
        _l("The agreement about the group ends"), hint=_l("Leave it empty if it has no end.")
    )
    celebrates = tick(_l("Mark the milestones of the group"))
    relation = told_or_not(_l("For those who have lost or care for"), RELATIONS, _l("Anybody"))
    youngest = number(_l("From age"), YOUNGEST, OLDEST, None, hint=_EMPTY)
    oldest = number(_l("To age"), YOUNGEST, OLDEST, None, hint=_EMPTY)

    def offer_places(self, places: Mapping[str, str]) -> None:
        """Fill in the places to choose from, by their ids."""
        self.place.choices = choices({"": _("No place yet, or on screen"), **places})

    def validate_online_url(self, field: Field) -> None:
        """Refuse a link that browsers would not open safely."""
        check_link(field)

    def validate_neutral_name(self, field: Field) -> None:
        """Refuse a name that says what the group is about."""
        if tells(field.data):
            raise ValidationError(_("The name tells what the group is about. Choose another."))

    def validate_oldest(self, field: Field) -> None:
        """Refuse ages that nobody is between."""
        if None not in (self.youngest.data, field.data) and field.data < self.youngest.data:
            raise ValidationError(_("The last age is before the first."))

    def validate_room(self, field: Field) -> None:
        """Refuse a room that says what the group is about: those who come read it."""
        if tells(field.data or ""):
            raise ValidationError(
                _("The room tells what the group is about. Write how to find it instead.")
            )

    def validate_welcome(self, field: Field) -> None:
        """Refuse a welcome that says what the group is about."""
        if tells(field.data or "", has_people=True):
            raise ValidationError(
                _("These words tell what the group is about. Write a name and what to look for.")
            )

    def details(self) -> Details:
        """Return the answers of a valid form."""
        return Details(
            neutral_name=self.neutral_name.data,
            aim=self.aim.data or "",
            target=self.target.data or "",
            place_id=UUID(self.place.data) if self.place.data else None,
            room=self.room.data or "",
            online_url=self.online_url.data or None,
            welcome=self.welcome.data or "",
            agreement_until=self.agreement_until.data,
            celebrates=bool(self.celebrates.data),
            relation=Relation(self.relation.data) if self.relation.data else None,
            youngest=self.youngest.data,
            oldest=self.oldest.data,
        )


class FrameForm(KeyedForm):
    """How large a group is, how often it meets, and by which ways people come into it."""

    language = listed(_l("Language"), _l("Choose a language."))
    smallest = number(_l("Fewest members"), 1, 60, _l("Write how many it takes."))
    largest = number(_l("Most members"), 2, 60, _l("Write how many there is room for."))
    meetings = number(
        _l("Number of meetings"), 1, 60, None, hint=_l("Leave it empty if it has no end.")
    )
    rhythm_days = number(_l("Days between meetings"), 1, 92, _l("Write the number of days."))
    minutes = number(_l("Minutes a meeting lasts"), 15, 480, _l("Write the number of minutes."))
    first_minutes = number(
        _l("Minutes the first meeting lasts"),
        15,
        480,
        None,
        hint=_l("Leave it empty if it is as long as the others."),
    )
    facilitators = number(_l("How many lead it, at least?"), 0, 4, _l("Write how many lead it."))
    may_run_short = tick(_l("One meeting can do with one leader fewer"))
    withdraws = one_of(_l("When do those who lead it leave?"), WITHDRAWS, _l("Choose when."))
    months_since_loss = number(_l("Months since a loss, at least"), 0, 60, None)
    open_until = number(
        _l("New members can come until meeting number"),
        0,
        60,
        None,
        hint=_l("Leave it empty if it is always open."),
    )
    pre_talk = tick(_l("A talk is held before somebody joins"))
    referral = tick(_l("Others can ask for a place for somebody"))
    evaluate_at = line(
        _l("The group says how it goes after meeting number"),
        hint=_l("Numbers with commas between, such as 3, 6. After the last it always does."),
    )

    def offer_languages(self) -> None:
        """Fill in the languages."""
        self.language.choices = choices(LANGUAGES)

    def validate_largest(self, field: Field) -> None:
        """Refuse a group that can hold fewer than it takes."""
        if self.smallest.data is not None and field.data < self.smallest.data:
            raise ValidationError(_("There must be room for those it takes."))

    def validate_evaluate_at(self, field: Field) -> None:
        """Refuse what is no list of numbers."""
        if not all(part.isdecimal() and 0 < int(part) <= 60 for part in _parts(field.data)):
            raise ValidationError(_("Write numbers with commas between, such as 3, 6."))

    def frame(self) -> Frame:
        """Return the answers of a valid form."""
        return Frame(
            language=self.language.data,
            smallest=self.smallest.data,
            largest=self.largest.data,
            meetings=self.meetings.data,
            rhythm_days=self.rhythm_days.data,
            minutes=self.minutes.data,
            first_minutes=self.first_minutes.data,
            facilitators=self.facilitators.data,
            may_run_short=bool(self.may_run_short.data),
            withdraws=self.withdraws.data,
            months_since_loss=self.months_since_loss.data,
            open_until=self.open_until.data,
            pre_talk=bool(self.pre_talk.data),
            referral=bool(self.referral.data),
            evaluate_at=tuple(sorted({int(part) for part in _parts(self.evaluate_at.data)})),
        )


def _parts(said: str | None) -> list[str]:
    return [part for part in re.split(r"[\s,;.]+", said or "") if part]


def numbers_line(numbers: Iterable[int]) -> str:
    """Return numbers as they are typed."""
    return ", ".join(str(number) for number in numbers)


class _PromiseForm(KeyedForm):
    """What a group is about, and what it promises."""

    theme = one_of(_l("What is it about?"), THEMES, _l("Choose what it is about."))
    anonymity = one_of(
        _l("What do you promise about names?"),
        ANONYMITY,
        _l("Choose what you promise."),
        description=_l("It can promise more later, and never less."),
    )


class SetUpForm(DetailsForm, FrameForm, _PromiseForm):
    """All that a group is, with the answers of its form filled in."""

    first_on = day(_l("Day of the first meeting"), _l("Choose the day."))
    starts = clock(_l("It begins at"), _l("Write when it begins."))
    reports_attendance = tick(_l("Who comes is told to the municipality"))
    rules = text(_l("Ground rules"), _l("Write the ground rules."), most=4000)
    today: date

    def offer(self, places: Mapping[str, str], today: date) -> None:
        """Fill in what can be chosen, and say what day it is."""
        self.offer_places(places)
        self.offer_languages()
        self.today = today

    def validate_first_on(self, field: Field) -> None:
        """Refuse a day that is over."""
        if field.data <= self.today:
            raise ValidationError(_("Choose a day to come."))

    def shape(self, form: GroupForm) -> Shape:
        """Return the answers of a valid form that a group is made with."""
        frame = self.frame()
        same = {name: getattr(frame, name) for name in Shape.IN_FRAME}
        return Shape(
            form=form.code,
            theme=Theme(self.theme.data),
            anonymity=Anonymity(self.anonymity.data),
            first_on=self.first_on.data,
            starts=self.starts.data,
            rules=self.rules.data,
            reports_attendance=bool(self.reports_attendance.data),
            frame=frame,
            **same,
        )


class RulesForm(KeyedForm):
    """The ground rules as they read from now on."""

    rules = text(_l("Ground rules"), _l("Write the ground rules."), most=4000)


class LeaderForm(KeyedForm):
    """Somebody who is to lead the group."""

    person = listed(_l("Who leads it?"), _l("Choose somebody."))
    is_experienced = tick(_l("Has led a group before"))
    is_sure = tick(_l("They are not the member of the same name"))

    def offer(self, people: Mapping[str, str]) -> None:
        """Fill in who may be chosen, by code."""
        self.person.choices = choices({"": _("Choose"), **people})


class HandOverForm(KeyedForm):
    """What is settled before the group is left to itself."""

    tasks = several(_l("What is in place?"), TASKS)
    contact = line(
        _l("Whom do they call here?"),
        most=200,
        hint=_l("A name and a number they can call now and then."),
    )

    def done(self) -> list[Task]:
        """Return what is ticked."""
        return [Task(code) for code in self.tasks.data or ()]


class EndForm(KeyedForm):
    """Why a group ends."""

    reason = one_of(
        _l("Why does it end?"),
        {code: words for code, words in END_REASONS.items() if code != "merged"},
        _l("Choose why."),
    )


class AnonymityForm(KeyedForm):
    """What the group promises from now on."""

    anonymity = one_of(_l("What do you promise now?"), {}, _l("Choose what you promise."))

    def offer(self, now: Anonymity) -> None:
        """Fill in the promises that are more than the one there is."""
        self.anonymity.choices = choices(
            {
                code: words
                for code, words in ANONYMITY.items()
                if code != now and is_at_least(Anonymity(code), now)
            }
        )


class MergeForm(KeyedForm):
    """Which group this one becomes part of."""

    into = listed(_l("Which group does it become part of?"), _l("Choose a group."))
    is_sure = tick(_l("It is meant, though the groups are about or for different things"))
    have_promised = tick(_l("The members have promised to keep the other group's ground rules"))

    def offer(self, groups: Mapping[str, str]) -> None:
        """Fill in the groups by their ids."""
        self.into.choices = choices({"": _("Choose"), **groups})
