"""Rows on their way into the database, many at a time."""

from typing import Any

from sqlalchemy import insert

from klippekort.accounts.models import (
    Account,
    CareWorker,
    Credential,
    Identity,
    RoleAssignment,
    Shift,
)
from klippekort.activities.models import (
    Activity,
    Occurrence,
    Place,
    SignUp,
    Timing,
)
from klippekort.budgets.models import HourPrice, YearGrant
from klippekort.citizens.models import Absence, AccessOpening, Citizen, CitizenContact
from klippekort.courses.models import (
    CitizenGift,
    Course,
    CourseCheck,
    CourseEvaluation,
    CourseHandOver,
    CourseStep,
    CourseTalk,
    GiftDeed,
    MatchProfile,
)
from klippekort.groups.models import (
    GroupAttendance,
    GroupChange,
    GroupEvaluation,
    GroupFacilitator,
    GroupInterest,
    GroupMeeting,
    GroupMember,
    GroupMemberCitizen,
    GroupNeed,
    GroupPost,
    GroupRules,
    GroupSettings,
    SupportGroup,
)
from klippekort.hosting.models import (
    HostExpense,
    Hosting,
    HostingTerms,
    HostOffer,
    HostWord,
    TripHours,
)
from klippekort.messages.models import OutboxMessage
from klippekort.municipalities.models import District, Municipality, Supplier
from klippekort.operations.demo.dice import Dice
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import Model, db
from klippekort.platform.keys import keys
from klippekort.platform.telephones import WithPhone, seal_phone
from klippekort.platform.tenancy import MunicipalityOwned
from klippekort.punchcards.models import (
    CardKey,
    CardTask,
    Grant,
    PunchCard,
    PunchEntry,
    PunchLot,
    Scheme,
    SchemeTerms,
    TripPledge,
)
from klippekort.relatives.models import ProxyLine, Relative, RelativeProposal
from klippekort.trips.models import StandingAgreement, Trip, TripEscort, TripEvent, TripRider
from klippekort.volunteers.models import (
    Association,
    AssociationAgreement,
    AssociationContact,
    PromiseVersion,
    Volunteer,
    VolunteerApplication,
    VolunteerClearance,
    VolunteerCompany,
)
from klippekort.waiting.models import StandingWish, Wish

# What is pointed at comes before what points.
ORDER: tuple[type[Model], ...] = (
    Municipality,
    Supplier,
    District,
    Account,
    Identity,
    Credential,
    RoleAssignment,
    CareWorker,
    Shift,
    Citizen,
    CitizenContact,
    Absence,
    AccessOpening,
    Association,
    AssociationContact,
    AssociationAgreement,
    Volunteer,
    PromiseVersion,
    VolunteerClearance,
    VolunteerApplication,
    VolunteerCompany,
    Place,
    Activity,
    Timing,
    Occurrence,
    Hosting,
    SignUp,
    GroupSettings,
    SupportGroup,
    GroupRules,
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupMemberCitizen,
    GroupAttendance,
    GroupEvaluation,
    GroupPost,
    GroupChange,
    GroupInterest,
    GroupNeed,
    Scheme,
    SchemeTerms,
    HourPrice,
    YearGrant,
    PunchCard,
    Grant,
    PunchLot,
    PunchEntry,
    TripPledge,
    CardKey,
    CardTask,
    Trip,
    TripRider,
    TripEscort,
    TripEvent,
    HostingTerms,
    HostOffer,
    TripHours,
    HostExpense,
    HostWord,
    StandingAgreement,
    Wish,
    StandingWish,
    OutreachCase,
    OutreachNotice,
    OutreachAnswer,
    Course,
    CourseStep,
    CourseHandOver,
    CourseCheck,
    CourseEvaluation,
    CourseTalk,
    MatchProfile,
    CitizenGift,
    GiftDeed,
    Relative,
    ProxyLine,
    RelativeProposal,
    OutboxMessage,
    AuditLine,
    AuditCitizen,
)


class Rows:
    """All rows of one municipality, gathered before any is written."""

    def __init__(self, municipality_id: int, dice: Dice) -> None:
        self.municipality_id, self.dice = municipality_id, dice
        self._rows: dict[type[Model], list[dict[str, Any]]] = {model: [] for model in ORDER}

    def add(self, model: type[Model], **values: Any) -> None:
        """Add a row as values; the municipality is filled in where the row belongs to one, and a
        person's number is sealed.
        """
        if issubclass(model, MunicipalityOwned):
            values["municipality_id"] = self.municipality_id
        if issubclass(model, WithPhone) and "phone" in values:
            number, place = values.pop("phone"), (self.municipality_id, values["id"])
            values["phone_sealed"] = seal_phone(keys(), *place, number)
        self._rows[model].append(values)

    def like(self, model: type[Model]) -> dict[str, Any]:
        """Return the values of the last row of a kind, for another that is much the same."""
        return dict(self._rows[model][-1])

    def count(self, model: type[Model]) -> int:
        """Return how many rows of a kind there are."""
        return len(self._rows[model])

    def store(self) -> None:
        """Write everything, inside a write that acts for this municipality.

        Lots go in empty: the entries after them move their totals, in the order they were made.
        """
        for model in ORDER:
            if rows := self._rows[model]:
                # Else every pattern of empty values is a statement of its own.
                db.session.execute(insert(model).execution_options(render_nulls=True), rows)
