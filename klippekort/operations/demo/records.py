"""The trips of the year as rows: who rode, who came along, who sat where, who hosted."""

from datetime import timedelta

from klippekort.activities.models import SignUp
from klippekort.domain.calendar import minutes_between
from klippekort.domain.trips import Company
from klippekort.hosting.models import Hosting
from klippekort.operations.demo.outcomes import destination
from klippekort.operations.demo.world import Frame, Journey, Meeting
from klippekort.trips.models import Trip, TripEscort, TripRider

# What was held these last days has not been ticked off by its host yet.
_NOT_TOLD_YET = timedelta(days=3)


def store_journeys(frame: Frame, journeys: list[Journey]) -> None:
    """Add the trips with their riders, escorts and seats."""
    for journey in journeys:
        _seat(frame, journey)
        if not journey.rides_along:
            _trip(frame, journey)
        _people(frame, journey)


def _is_told(frame: Frame, meeting: Meeting) -> bool:
    return meeting.ends_at < frame.now - _NOT_TOLD_YET


def _seat(frame: Frame, journey: Journey) -> None:
    frame.rows.add(
        SignUp,
        id=journey.sign_up_id,
        occurrence_id=journey.meeting.id,
        citizen_id=journey.resident.id,
        takes_wheelchair_place=journey.resident.needs_wheelchair,
        state="booked" if journey.has_seat else "cancelled",
        attended=journey.attended if _is_told(frame, journey.meeting) else None,
        made_at=journey.booked_at,
    )


def _trip(frame: Frame, journey: Journey) -> None:
    frame.rows.add(
        Trip,
        id=journey.id,
        occurrence_id=journey.meeting.id,
        destination=destination(journey),
        starts_at=journey.starts_at,
        ends_at=journey.ends_at,
        travel_minutes=journey.travel,
        out_minutes=journey.travel // 2,
        transport=journey.transport,
        company=journey.company,
        escorts_wanted=1 if journey.company == Company.ESCORT else 0,
        state=journey.state,
        started_at=journey.started_at,
        ended_at=journey.ended_at,
        booked_by=journey.booked_by.account_id,
        booked_at=journey.booked_at,
    )


def _people(frame: Frame, journey: Journey) -> None:
    frame.rows.add(
        TripRider,
        id=frame.dice.new_id(journey.booked_at),
        trip_id=journey.id,
        citizen_id=journey.resident.id,
        card_id=journey.card_id,
        sign_up_id=journey.sign_up_id,
        starts_at=journey.starts_at,
        ends_at=journey.ends_at,
        is_active=journey.is_active,
        state=journey.state,
        planned_minutes=journey.minutes,
        charged_minutes=journey.charged,
        agreed_how=journey.agreed_how,
        joint_agreed_how=journey.joint_agreed_how,
        joint_agreed_at=journey.booked_at if journey.joint_agreed_how else None,
    )
    if journey.helper is not None and not journey.rides_along:
        frame.rows.add(
            TripEscort,
            id=frame.dice.new_id(journey.booked_at),
            trip_id=journey.id,
            care_worker_id=journey.helper.id,
            starts_at=journey.starts_at,
            ends_at=journey.ends_at,
            is_active=journey.keeps_escort,
        )


def store_hosting(frame: Frame, meetings: list[Meeting]) -> None:
    """Log the hours of every host whose meeting was held, with half an hour to set the tables."""
    for meeting in meetings:
        if meeting.cancelled_at is not None or not _is_told(frame, meeting):
            continue
        logged_at = meeting.ends_at + timedelta(minutes=40)
        frame.rows.add(
            Hosting,
            id=frame.dice.new_id(logged_at),
            occurrence_id=meeting.id,
            volunteer_id=meeting.host_id,
            minutes=minutes_between(meeting.starts_at, meeting.ends_at) + 30,
            guests=sum(1 for journey in meeting.trips if journey.attended),
            logged_at=logged_at,
        )
