"""What staff are asked about a citizen, and the words for what is stored as a code."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from klippekort.citizens.queries import CitizenFacts, plain_number
from klippekort.domain import record_refs
from klippekort.domain.permissions import Action, Role
from klippekort.municipalities.forms import e164, stripped
from klippekort.platform.forms import DayField, KeyedForm, at_most
from klippekort.platform.i18n import _, _l

REPLACEMENT_DAY = 60
MINUTES_A_WEEK = 7 * 24 * 60
_PERSON_NUMBER = re.compile(r"(\d\d)(\d\d)(\d\d)[0-9A-Z]{4}", re.ASCII)
_POSTCODE = re.compile(r"\d{4}", re.ASCII)

SETTINGS = {"own_home": _l("Own home"), "care_home": _l("Care home")}
LIVING = {"yes": _l("Lives alone"), "no": _l("Lives with somebody"), "": _l("Not known")}
LEVELS = {"": _l("Not assessed"), **{str(level): str(level) for level in range(5)}}
ABSENCES = {
    "hospital": _l("Hospital"),
    "rehab": _l("Rehabilitation"),
    "respite": _l("Respite stay"),
    "holiday": _l("Holiday"),
    "other": _l("Something else"),
}
REASONS = {
    "covering": _l("I am covering"),
    "she_called": _l("The citizen called"),
    "emergency": _l("It is urgent"),
}
# Why a fact was changed by hand.
WHYS = {
    "changed": _l("It is different now"),
    "wrong": _l("It was wrong"),
    "asked": _l("The citizen asked for it"),
}
FACTS = {
    "person_number": _l("Person number"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "address": _l("Road and number"),
    "postcode": _l("Postcode"),
    "town": _l("Town"),
    "phone": _l("Phone"),
    "supplier_id": _l("Who gives the home care"),
    "district_id": _l("District"),
    "functional_level": _l("Functional level"),
    "setting": _l("Home"),
    "lives_alone": _l("At home"),
    "aids": _l("Aids"),
    "home_care_minutes": _l("Home care a week"),
    "has_protected_address": _l("Protected address"),
    "point": _l("Where the home lies"),
    "record_ref": _l("Care record id"),
}
# Roles, purposes and actions as the citizen's own log tells them to her.
ROLES = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.ASSESSOR: _l("Assessor"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.PLANNER: _l("Planner"),
    Role.CARE_WORKER: _l("Care worker"),
    Role.VOLUNTEER: _l("Volunteer"),
    Role.FACILITATOR: _l("Group facilitator"),
    Role.CITIZEN: _l("You, or someone with your card"),
    Role.RELATIVE: _l("A relative who acts for you"),
    Role.SYSTEM: _l("The program itself"),
}
PURPOSES = {
    "find_citizen": _l("To find a citizen"),
    "find_activity": _l("To find something for you to go to"),
    "see_facts": _l("To see what we know about you"),
    "see_address": _l("To see your address"),
    "add_citizen": _l("To write you down as a citizen"),
    "change_citizen": _l("To correct what we know about you"),
    "record_absence": _l("To note when you are away"),
    "end_absence": _l("To note that you are home again"),
    "record_leaving": _l("To note that you have moved"),
    "see_measures": _l("To see how you are"),
    "see_measures_due": _l("To ask how you are"),
    "measure": _l("To ask how you are"),
    "follow_up_measure": _l("To help you when things are hard"),
    "open_access": _l("To ask to see your card"),
    "covering": _l("To help you in place of a colleague"),
    "she_called": _l("Because you called"),
    "emergency": _l("Because it was urgent"),
    "answer_log_request": _l("To tell you who has seen your data"),
    "check_openings": _l("To check who looked at whom"),
    "oversee": _l("To check who looked at whom"),
    "hold_data": _l("To keep what a case needs"),
    "see_corrections": _l("To see what was put right about you"),
    "see_deadlines": _l("To see when we forget you"),
    "grant_card": _l("To give you a punch card"),
    "end_card": _l("To decide about your punch card"),
    "correct_card": _l("To put your punch card right"),
    "see_card": _l("To see your punch card"),
    "see_statement": _l("To see your punch card"),
    "own_card": _l("To see your punch card"),
    "own_page": _l("To see your punch card"),
    "own_code": _l("To send you a code"),
    "ask_for_data": _l("Because you asked for your data"),
    "give_data": _l("To give you what we keep about you"),
    "print_card": _l("To print your punch card"),
    "shown": _l("To show you your punch card"),
    "see_today": _l("To see your trips"),
    "see_trip": _l("To see your trips"),
    "book_trip": _l("To book a trip for you"),
    "keep_trip": _l("To go on a trip with you"),
    "cancel_trip": _l("To cancel a trip"),
    "assign_escort": _l("To find someone to go with you"),
    "plan_trips": _l("To plan the week"),
    "overview": _l("To plan the week"),
    "settle_intent": _l("To settle what was told about your trip"),
    "try_schemes": _l("To see whom other rules would change something for"),
    "host_activity": _l("To know who comes to an activity"),
    "see_hosting": _l("To see who came"),
    "ask_host": _l("To find someone to go with you"),
    "word_to_host": _l("To pass on a word to your host"),
    "make_wish": _l("To write down what you would like"),
    "see_groups": _l("To lead a group you are in or wait for"),
    "suggest_group": _l("To find you a group"),
    "talk": _l("To talk with you about what you would like"),
    "course": _l("To help you into company with others"),
    "courses": _l("To help you into company with others"),
    "suggestions": _l("To find what could suit you"),
    "gifts": _l("To remember what you do for others"),
    "answer_offer": _l("To ask you about a trip"),
    "see_lines": _l("To see whose turn it is"),
    "change_contacts": _l("To know whom to call when something happens"),
    "messages": _l("To send you messages"),
    "incident": _l("To help you when something happened"),
    "greeting": _l("To send your relative a line"),
    "undo_trip": _l("To undo something about a trip"),
    "agreement": _l("To plan your standing trips"),
    "open_ref": _l("To find you from the care record"),
    "export_visits": _l("To plan the helpers' routes"),
    "note_signs": _l("To note something they saw"),
    "refer": _l("To write down what others told us"),
    "see_outreach": _l("To ask whether you would like company"),
    "relatives": _l("To know who may act for you"),
    "relative_page": _l("To help you as your relative"),
    "genuine": _l("To make a statement of your card"),
}
ACTIONS = {
    Action.IMPORT_DATA: _l("Data came from another system"),
    Action.OPEN_ACCESS: _l("To ask to see your card"),
    Action.SEE_CITIZEN: _l("To see what we know about you"),
    Action.RECORD_ABSENCE: _l("To note when you are away"),
    Action.RECORD_LEAVING: _l("To stop what was planned"),
    Action.MEASURE: _l("To ask how you are"),
    Action.FOLLOW_UP_MEASURE: _l("To help you when things are hard"),
    Action.RUN_COURSE: _l("To help you into company with others"),
    Action.STOP_COURSE: _l("To stop what was planned"),
    Action.GRANT_CARD: _l("To give you a punch card"),
    Action.DECIDE_RULE: _l("To decide about your punch card"),
    Action.CORRECT_CARD: _l("To put your punch card right"),
    Action.SEE_CARD: _l("To see your punch card"),
    Action.PRINT_CARD: _l("To print your punch card"),
    Action.SHOW_CARD: _l("To show you your punch card"),
    Action.RUN_JOB: _l("To keep your punch card up to date"),
    Action.HOST_ACTIVITY: _l("To note who came"),
    Action.SEE_HOSTING: _l("To see who came"),
    Action.ASK_HOST: _l("To find someone to go with you"),
    Action.OFFER_TO_HOST: _l("To go on a trip with you"),
    Action.WORD_TO_HOST: _l("To pass on a word to your host"),
    Action.SEE_TRIPS: _l("To see your trips"),
    Action.BOOK_TRIP: _l("To book a trip for you"),
    Action.KEEP_TRIP: _l("To go on a trip with you"),
    Action.CANCEL_TRIP: _l("To cancel a trip"),
    Action.ASSIGN_ESCORT: _l("To find someone to go with you"),
    Action.SEE_OVERVIEW: _l("To plan the week"),
    Action.HANDLE_MESSAGE: _l("To pass on a message"),
    Action.SEE_MESSAGES: _l("To send you messages"),
    Action.CHOOSE_CHANNEL: _l("To send you messages"),
    Action.HANDLE_INCIDENT: _l("To help you when something happened"),
    Action.CHANGE_CONTACTS: _l("To know whom to call when something happens"),
    Action.EXPORT_VISITS: _l("To plan the helpers' routes"),
    Action.MAKE_WISH: _l("To write down what you would like"),
    Action.SUGGEST_GROUP: _l("To find you a group"),
    Action.RUN_GROUP: _l("To lead a group you are in or wait for"),
    Action.ANSWER_OFFER: _l("To ask you about a trip"),
    Action.USE_TABLET: _l("To go on a trip with you"),
    Action.SETTLE_INTENT: _l("To settle what was told about your trip"),
    Action.NOTE_SIGNS: _l("To note something they saw"),
    Action.REFER: _l("To write down what others told us"),
    Action.FOLLOW_OUTREACH: _l("To ask whether you would like company"),
    Action.SEE_RELATIVES: _l("To know who may act for you"),
    Action.RECORD_PROXY: _l("To write down who may act for you"),
    Action.GIVE_OWN_PROXY: _l("To write down who may act for you"),
    Action.ANSWER_PROPOSAL: _l("To answer your relative"),
    Action.LET_RELATIVE_IN: _l("To let your relative in"),
    Action.ACT_FOR_CITIZEN: _l("To help you as your relative"),
    Action.MAKE_GENUINE: _l("To make a statement of your card"),
}


def role_words(role: str) -> str:
    """Return a role in words."""
    return str(ROLES.get(Role(role), _("Staff"))) if role in set(Role) else str(_("Staff"))


def purpose_words(purpose: str | None, action: str) -> str:
    """Return why somebody looked, in words; a purpose without words of its own tells the action."""
    if purpose in PURPOSES:
        return str(PURPOSES[purpose])
    if action in set(Action) and Action(action) in ACTIONS:
        return str(ACTIONS[Action(action)])
    return str(_("To do their work"))


def words_of_fact(
    fact: str, before: str | None, places: Mapping[str, str], *, is_protected: bool
) -> str:
    """Return what a fact was before it was changed, in words; `places` names ids."""
    if fact in ("person_number", "point") or (is_protected and fact in ("address", "postcode")):
        return str(_("Not shown"))
    if before is None:
        return "–"
    if fact == "setting":
        return str(SETTINGS.get(before, before))
    if before in ("True", "False"):
        return str(_("Yes") if before == "True" else _("No"))
    return places.get(before, before)


def choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    """Return codes with their words as a field's choices."""
    return [SelectChoice(code, label) for code, label in words.items()]


def _length(longest: int) -> Length:
    return Length(max=longest, message=_l("This is too long."))


def _upper(value: str | None) -> str:
    return stripped(value).upper()


def read_decimal(typed: str) -> Decimal | None:
    """Return a number of minutes a week with a Danish comma, or None when it is none."""
    try:
        number = Decimal(typed.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= MINUTES_A_WEEK else None


def is_person_number(typed: str) -> bool:
    """Say whether `typed` is a person number.

    Replacement numbers (day + 60, or letters at the end) are numbers too. The mod-11 check is not
    made, for since 2007 real numbers fail it.
    """
    match = _PERSON_NUMBER.fullmatch(plain_number(typed))
    if match is None:
        return False
    day, month, year = (int(part) for part in match.groups())
    real_day = day - REPLACEMENT_DAY if day > REPLACEMENT_DAY else day
    return any(_is_day(century + year, month, real_day) for century in (1800, 1900, 2000))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


class CitizenForm(KeyedForm):
    """All that is known about a citizen."""

    person_number = StringField(_l("Person number"), filters=[_upper])
    first_name = StringField(
        _l("First name"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the first name.")), _length(80)],
    )
    last_name = StringField(
        _l("Last name"),
        filters=[stripped],
        validators=[DataRequired(_l("Write the last name.")), _length(80)],
    )
    address = StringField(_l("Road and number"), filters=[stripped], validators=[_length(200)])
    postcode = StringField(_l("Postcode"), filters=[stripped])
    town = StringField(_l("Town"), filters=[stripped], validators=[_length(60)])
    phone = StringField(_l("Phone"), filters=[stripped], validators=[Optional()])
    has_protected_address = BooleanField(_l("The address is protected"))
    supplier = SelectField(
        _l("Who gives the home care"),
        validators=[DataRequired(_l("Choose who gives the home care."))],
    )
    district = SelectField(_l("District"), validators=[Optional()])
    setting = RadioField(
        _l("Where does the citizen live?"),
        choices=choices(SETTINGS),
        validators=[DataRequired(_l("Choose where the citizen lives."))],
    )
    lives_alone = RadioField(
        _l("Does the citizen live alone?"), choices=choices(LIVING), default=""
    )
    functional_level = SelectField(
        _l("Functional level"),
        choices=choices(LEVELS),
        validators=[Optional()],
    )
    aids = StringField(_l("Aids"), filters=[stripped], validators=[Optional(), _length(300)])
    home_care_minutes = StringField(
        _l("Home care, minutes a week"), filters=[stripped], validators=[Optional()]
    )

    record_ref = StringField(
        _l("Care record id"),
        filters=[stripped],
        validators=[Optional(), _length(record_refs.LONGEST)],
    )

    def offer(self, suppliers: Sequence[Any], districts: Sequence[Any]) -> None:
        """Fill the lists to choose from."""
        self.supplier.choices = choices(
            {"": _("Choose"), **{str(supplier.id): supplier.name for supplier in suppliers}}
        )
        self.district.choices = choices(
            {"": _("None"), **{str(district.id): district.name for district in districts}}
        )

    def keeps(self) -> frozenset[str]:
        """Return the fields that may stay empty because something is stored already."""
        return frozenset()

    def validate_person_number(self, field: StringField) -> None:
        """Refuse what is no person number."""
        if not field.data and "person_number" in self.keeps():
            return
        if not field.data:
            raise ValidationError(_("Write the person number."))
        if not is_person_number(field.data):
            raise ValidationError(_("Write the person number with 10 digits, such as 010150-1234."))

    def validate_address(self, field: StringField) -> None:
        """Refuse a citizen without an address."""
        if not field.data and "address" not in self.keeps():
            raise ValidationError(_("Write the road and number."))

    def validate_postcode(self, field: StringField) -> None:
        """Refuse what is no Danish postcode."""
        if field.data and not _POSTCODE.fullmatch(field.data):
            raise ValidationError(_("Write the postcode with 4 digits."))

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if e164(field.data) is None:
            raise ValidationError(_("Write a phone number with 8 digits, such as 20 12 34 56."))

    def validate_home_care_minutes(self, field: StringField) -> None:
        """Refuse what is no number of minutes in a week."""
        if read_decimal(field.data) is None:
            raise ValidationError(_("Write the minutes as a number, such as 612,5."))

    def validate_record_ref(self, field: StringField) -> None:
        """Refuse a person number in the place of what the care record calls her."""
        if record_refs.looks_like_person_number(field.data):
            raise ValidationError(
                _("This looks like a person number. Write the id from the care record instead.")
            )
        if not record_refs.is_fit(record_refs.written(field.data)):
            raise ValidationError(_("Write the id as letters and digits."))

    def facts(self) -> CitizenFacts:
        """Return what was typed as facts; an empty field that may stay empty is None."""
        level = self.functional_level.data
        return CitizenFacts(
            person_number=plain_number(self.person_number.data) or None,
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            address=self.address.data or None,
            postcode=self.postcode.data or None,
            town=self.town.data or None,
            phone=e164(self.phone.data) if self.phone.data else None,
            supplier_id=UUID(self.supplier.data),
            district_id=UUID(self.district.data) if self.district.data else None,
            functional_level=int(level) if level else None,
            setting=self.setting.data,
            lives_alone={"yes": True, "no": False}.get(self.lives_alone.data),
            aids=tuple(aid.strip() for aid in self.aids.data.split(",") if aid.strip()),
            home_care_minutes=read_decimal(self.home_care_minutes.data or "x"),
            has_protected_address=self.has_protected_address.data,
            record_ref=record_refs.written(self.record_ref.data or ""),
        )


class ChangeCitizenForm(CitizenForm):
    """A correction: what is not shown may stay empty and is kept."""

    is_address_shown = True
    why = RadioField(_l("Why is it changed?"), choices=choices(WHYS), default="changed")

    def keeps(self) -> frozenset[str]:
        """Return the fields that may stay empty because something is stored already."""
        return frozenset(
            {"person_number"} if self.is_address_shown else {"person_number", "address"}
        )


class AbsenceForm(KeyedForm):
    """When and why a citizen is away."""

    kind = RadioField(
        _l("Where is the citizen?"),
        choices=choices(ABSENCES),
        validators=[DataRequired(_l("Choose where the citizen is."))],
    )
    from_on = DateField(
        _l("First day away"), validators=[DataRequired(_l("Choose the first day."))]
    )
    until_on = DateField(_l("Last day away"), validators=[Optional()])

    def validate_until_on(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day cannot be before the first."))


class EndAbsenceForm(KeyedForm):
    """The last day of an absence."""

    until_on = DateField(_l("Last day away"), validators=[DataRequired(_l("Choose the last day."))])


class AccessForm(KeyedForm):
    """Why a citizen who is not one's own must be seen."""

    reason = RadioField(
        _l("Why do you need it?"),
        choices=choices(REASONS),
        validators=[DataRequired(_l("Choose why you need it."))],
    )


class SearchForm(Form):
    """The search box; it is sent by GET and changes nothing."""

    q = StringField(_l("Name"), filters=[stripped])


RELATIONS = {
    "child": _l("Daughter or son"),
    "spouse": _l("Husband, wife or partner"),
    "sibling": _l("Sister or brother"),
    "grandchild": _l("Grandchild"),
    "friend": _l("Friend or neighbour"),
    "guardian": _l("Guardian"),
    "other": _l("Somebody else"),
}


class ContactForm(KeyedForm):
    """A relative or friend."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Write the name.")),
            Length(max=120, message=_l("At most 120 characters.")),
        ],
        filters=[stripped],
    )
    phone = StringField(_l("Phone"), [Optional()], filters=[stripped])
    relation = RadioField(_l("Who is it?"), choices=choices(RELATIONS), default="child")
    is_next_of_kin = BooleanField(_l("Is called when something happens"))
    gets_greetings = BooleanField(_l("May get a line after a trip, when the citizen says so"))

    def validate_phone(self, field: StringField) -> None:
        """Refuse what cannot be called."""
        if e164(field.data) is None:
            raise ValidationError(_("Write a phone number with 8 digits, such as 20 12 34 56."))

    def validate_is_next_of_kin(self, field: BooleanField) -> None:
        """Refuse a next of kin without a number: nobody could be called."""
        if field.data and not self.phone.data:
            raise ValidationError(_("Write the phone number too."))


class EscortNoteForm(KeyedForm):
    """What an escort must know; empty takes it away."""

    text = StringField(
        _l("What an escort must know"),
        [Optional(), Length(max=300, message=_l("At most 300 characters."))],
        filters=[stripped],
    )


LEFT = {"died": _l("Has died"), "moved": _l("Has moved away")}
TOLD_BY = {
    "relative": _l("A relative"),
    "care_worker": _l("Home care"),
    "hospital": _l("The hospital"),
    "register": _l("The register"),
    "other": _l("Somebody else"),
}


class LeavingForm(KeyedForm):
    """That a citizen has died or moved."""

    kind = RadioField(
        _l("What has happened?"),
        choices=choices(LEFT),
        validators=[DataRequired(_l("Choose what has happened."))],
    )
    left_on = DayField(_l("On which day?"), validators=[DataRequired(_l("Choose the day."))])
    told_by = RadioField(
        _l("Who told it?"),
        choices=choices(TOLD_BY),
        validators=[DataRequired(_l("Choose who told it."))],
    )
    may_be_said = BooleanField(_l("The relatives agree that we say that the citizen has died"))
    left_behind = RadioField(_l("Does somebody live on alone?"), validators=[Optional()])
    left_behind_ref = StringField(
        _l("Or the care record id of another citizen who is left behind"),
        validators=[Optional(), at_most(60)],
        filters=[stripped],
    )
    owner = SelectField(_l("Who looks in on the one who is left?"))

    def offer(self, homes: Sequence[tuple[str, str]], owners: Sequence[tuple[str, str]]) -> None:
        """Offer those who live at the same address, and who can look in on them."""
        if homes:
            self.left_behind.choices = choices({**dict(homes), "": _("Nobody of these")})
        else:
            del self.left_behind
        self.owner.choices = choices(dict(owners))

    def chosen(self) -> UUID | None:
        """Return who of those at the same address is left behind, or None."""
        return UUID(self.left_behind.data) if self.left_behind and self.left_behind.data else None
