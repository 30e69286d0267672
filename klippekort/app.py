"""Put the app together: settings, database, guards, features. The only wiring there is."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

import klippekort.accounts.views as accounts
import klippekort.activities.views as activities
import klippekort.budgets.views as budgets
import klippekort.citizens.views as citizens
import klippekort.courses.views as courses
import klippekort.feedback.views as feedback
import klippekort.groups.views as groups
import klippekort.hosting.views as hosting
import klippekort.imports.views as imports
import klippekort.measures.views as measures
import klippekort.messages.views as messages
import klippekort.municipalities.views as municipalities
import klippekort.outreach.views as outreach
import klippekort.oversight.views as oversight
import klippekort.own_page.views as own_page
import klippekort.papers.views as papers
import klippekort.planning.views as planning
import klippekort.programme.views as programme
import klippekort.punchcards.views as punchcards
import klippekort.relatives.views as relatives
import klippekort.reports.views as reports
import klippekort.tablet.views as tablet
import klippekort.trips.views as trips
import klippekort.volunteers.views as volunteers
import klippekort.waiting.views as waiting
from klippekort.accounts.jobs import JOBS as ACCOUNT_JOBS
from klippekort.accounts.queries.numbers import WhoHasNumber
from klippekort.accounts.queries.opened import HowTold, WhatCalled
from klippekort.accounts.queries.reaching import how_reached as staff_reached
from klippekort.activities.jobs import JOBS as ACTIVITY_JOBS
from klippekort.activities.queries import rely_on
from klippekort.activities.queries.hosting import HostNamesAt
from klippekort.activities.queries.load import guests_sent
from klippekort.activities.services import (
    ChairsOffered,
    HostExchanged,
    HostsAt,
    OccurrenceCancelled,
    OccurrenceChanged,
    TripsAt,
)
from klippekort.budgets.queries.prices import price_of
from klippekort.citizens.forms.look_words import how_told
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.citizens.queries.leaving import PeopleNamed, has_left
from klippekort.citizens.queries.reaching import how_reached as citizens_reached
from klippekort.citizens.queries.reaching import number_for_post
from klippekort.citizens.queries.vouching import what_called, who_has_number
from klippekort.citizens.services.absences import AbsenceNoted, NewsOf
from klippekort.citizens.services.leaving import CitizenLeft, CitizenReturned
from klippekort.config import Settings, from_environment
from klippekort.courses.queries.responsible import responsible_for
from klippekort.courses.services import forget_group
from klippekort.courses.services import leaving as courses_leaving
from klippekort.courses.services.escorted import trip_made
from klippekort.courses.services.finished import TalkAnswered, TalkFinished
from klippekort.domain.permissions import Role
from klippekort.feedback.jobs import JOBS as FEEDBACK_JOBS
from klippekort.feedback.services import leaving as feedback_leaving
from klippekort.groups.jobs import JOBS as GROUP_JOBS
from klippekort.groups.services import AddressClosed, AddressOpened, MeasureDue, PromiseGrew
from klippekort.groups.services import ending as groups_leaving
from klippekort.hosting.jobs import JOBS as HOSTING_JOBS
from klippekort.hosting.queries.away import promised
from klippekort.hosting.queries.dates import host_ids, host_names
from klippekort.hosting.queries.offers import went_along
from klippekort.hosting.queries.trip_hours import trip_volunteers
from klippekort.hosting.services import leaving as hosting_leaving
from klippekort.hosting.services.away import volunteer_away
from klippekort.hosting.services.following import date_moved as hosts_follow
from klippekort.hosting.services.following import host_exchanged
from klippekort.hosting.services.offering import replied as host_replied
from klippekort.hosting.services.searching import date_cancelled as hosts_hear
from klippekort.measures.queries.measures import WhoIsResponsible
from klippekort.measures.services import dues as measures_leaving
from klippekort.messages.jobs import JOBS as MESSAGE_JOBS
from klippekort.messages.queries import AlsoTold, ReachFor, Replied, StillHolds, WhoWrites
from klippekort.messages.queries.people import PersonNumberOf, PostReceipt
from klippekort.messages.views.queue import backlogs
from klippekort.municipalities.queries import get_municipality, who_writes
from klippekort.outreach.jobs import JOBS as OUTREACH_JOBS
from klippekort.outreach.queries.terms import may_tell
from klippekort.outreach.services import leaving as outreach_leaving
from klippekort.outreach.services.talking import talk_answered
from klippekort.oversight.jobs import JOBS as OVERSIGHT_JOBS
from klippekort.own_page.services import leaving as own_page_leaving
from klippekort.papers.jobs import JOBS as PAPER_JOBS
from klippekort.papers.services.batches import scheme_paused, terms_decided
from klippekort.papers.services.letters import card_decided, card_declined
from klippekort.papers.services.pauses import absence_noted
from klippekort.papers.services.sending import post_told
from klippekort.planning.jobs import JOBS as PLANNING_JOBS
from klippekort.platform import events, job_views
from klippekort.platform.addresses import init_addresses
from klippekort.platform.assets import Templates, folder, init_assets
from klippekort.platform.audit_jobs import ANCHOR_AUDIT, SEAL_AUDIT
from klippekort.platform.auth import find_actor, init_auth, log_in_page, public
from klippekort.platform.db import init_database
from klippekort.platform.everybody import init_everybody
from klippekort.platform.formatting import init_formatting
from klippekort.platform.gone import IsGone
from klippekort.platform.health import init_health
from klippekort.platform.i18n import init_i18n
from klippekort.platform.job_status import Alarms, Backlogs
from klippekort.platform.keys import KeyFile
from klippekort.platform.logs import init_logs
from klippekort.platform.navigation import init_navigation, start_page
from klippekort.platform.security import init_security
from klippekort.platform.web import init_web
from klippekort.programme.queries.telling import MayTell
from klippekort.punchcards.jobs import JOBS as CARD_JOBS
from klippekort.punchcards.queries.cards import TripNames
from klippekort.punchcards.queries.changes import BookedFrom
from klippekort.punchcards.queries.past import news_told
from klippekort.punchcards.queries.prices import PriceOf
from klippekort.punchcards.services import leaving as cards_leaving
from klippekort.punchcards.services.events import (
    CardDecided,
    CardDeclined,
    SchemePaused,
    TermsDecided,
)
from klippekort.punchcards.services.late_absences import absence_noted as measure_again
from klippekort.punchcards.services.pauses import absence_noted as put_trips_up
from klippekort.punchcards.views.proof_words import tell_alarms
from klippekort.relatives.queries import messages as relatives_reached
from klippekort.relatives.queries.coming import BookedInDays, ComingTrips, FamilyCannot
from klippekort.relatives.services import leaving as relatives_leaving
from klippekort.reports.jobs import JOBS as REPORT_JOBS
from klippekort.reports.services.barriers import talk_finished
from klippekort.travel.providers import init_travel
from klippekort.trips.jobs import JOBS as TRIP_JOBS
from klippekort.trips.queries.coming import booked_from
from klippekort.trips.queries.trips import escorted_today, name_trips, who_escorts
from klippekort.trips.queries.volunteers import VolunteersOn
from klippekort.trips.services import leaving as trips_leaving
from klippekort.trips.services.coming import booked_in_days, coming_for
from klippekort.trips.services.events import (
    BookedInstead,
    CancelledByUs,
    HeldForCitizen,
    OnAgain,
    SeatFreed,
    TripMade,
    Unbooked,
)
from klippekort.trips.services.family_days import family_cannot
from klippekort.trips.services.following import (
    address_closed,
    address_opened,
    follow_date,
    give_minutes_back,
    trips_at,
)
from klippekort.trips.services.telling import still_holds as trip_still_holds
from klippekort.volunteers.jobs import JOBS as VOLUNTEER_JOBS
from klippekort.volunteers.queries import GuestsSent, ReliesOnAssociation
from klippekort.volunteers.queries.company import WentAlong
from klippekort.volunteers.queries.leaving import people_named
from klippekort.volunteers.queries.reaching import how_reached as volunteers_reached
from klippekort.volunteers.services import leaving as volunteers_leaving
from klippekort.volunteers.services.away import PromisedBy, VolunteerAway
from klippekort.waiting.jobs import JOBS as WAITING_JOBS
from klippekort.waiting.queries.offers import booked_instead, held_for
from klippekort.waiting.services import leaving as waiting_leaving
from klippekort.waiting.services.answers import date_cancelled, date_changed, on_again, unbooked
from klippekort.waiting.services.answers import replied as offer_replied
from klippekort.waiting.services.proposing import offer_another_day
from klippekort.waiting.services.turns import chairs_offered, seat_freed

FEATURES = (
    job_views,
    accounts,
    municipalities,
    messages,
    citizens,
    relatives,
    punchcards,
    volunteers,
    activities,
    programme,
    groups,
    trips,
    hosting,
    waiting,
    planning,
    measures,
    courses,
    budgets,
    feedback,
    outreach,
    tablet,
    own_page,
    papers,
    reports,
    imports,
    oversight,
)
JOBS = (
    *ACCOUNT_JOBS,
    *CARD_JOBS,
    *TRIP_JOBS,
    *ACTIVITY_JOBS,
    *GROUP_JOBS,
    *PLANNING_JOBS,
    *WAITING_JOBS,
    *HOSTING_JOBS,
    *VOLUNTEER_JOBS,
    *MESSAGE_JOBS,
    *OUTREACH_JOBS,
    *FEEDBACK_JOBS,
    *PAPER_JOBS,
    *REPORT_JOBS,
    *OVERSIGHT_JOBS,
    SEAL_AUDIT,
    ANCHOR_AUDIT,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app, ready to serve, for the given settings or the environment's."""
    settings = settings or from_environment()
    app = Flask(
        __name__,
        template_folder=str(folder("templates")),
        static_folder=str(folder("static")),
    )
    app.jinja_environment = Templates
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    file = KeyFile(settings.key_file)
    app.extensions.update(keys=file, settings=settings, jobs=JOBS)
    app.secret_key = file.ring().blind_index(0, "forms")
    _cookies(app, settings)
    init_logs(app)
    init_database(app, settings.database_url, settings.prepares)
    init_i18n(app)
    init_everybody(app)
    init_formatting(app)
    init_assets(app)
    init_addresses(app)
    init_auth(app, accounts.find_login, accounts.ask_again)
    init_navigation(app, get_municipality)
    init_web(app)
    init_security(app)
    init_health(app)
    init_travel(app, settings.travel_url)
    _listen()
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    app.add_url_rule("/", "start", start)
    return app


def _listen() -> None:
    """Let features above answer and hear features below."""
    events.answers(WhoEscorts, who_escorts)
    events.answers(EscortedToday, escorted_today)
    events.answers(TripNames, name_trips)
    events.answers(BookedFrom, booked_from)
    events.answers(NewsOf, news_told)
    events.answers(ReliesOnAssociation, rely_on)
    events.answers(GuestsSent, guests_sent)
    events.answers(WentAlong, went_along)
    events.answers(VolunteersOn, trip_volunteers)
    events.answers(TripsAt, trips_at)
    events.answers(HostsAt, host_ids)
    events.answers(HeldForCitizen, held_for)
    events.answers(BookedInstead, booked_instead)
    events.answers(Alarms, tell_alarms)
    events.answers(PriceOf, price_of)
    events.answers(Backlogs, backlogs)
    events.answers(ReachFor, staff_reached)
    events.answers(WhoHasNumber, who_has_number)
    events.answers(WhatCalled, what_called)
    events.answers(HowTold, how_told)
    events.answers(ReachFor, citizens_reached)
    events.answers(ReachFor, volunteers_reached)
    events.answers(PersonNumberOf, number_for_post)
    events.answers(WhoWrites, who_writes)
    events.answers(StillHolds, trip_still_holds)
    events.answers(MayTell, may_tell)
    events.answers(Replied, offer_replied)
    events.answers(Replied, host_replied)
    # The line first: a seat given back by what follows must not be offered to anybody.
    events.subscribe(OccurrenceCancelled, date_cancelled)
    events.subscribe(OccurrenceCancelled, give_minutes_back)
    events.subscribe(OccurrenceChanged, date_changed)
    events.subscribe(OccurrenceChanged, follow_date)
    events.subscribe(ChairsOffered, chairs_offered)
    events.subscribe(AddressClosed, address_closed)
    events.subscribe(AddressOpened, address_opened)
    events.subscribe(OccurrenceCancelled, hosts_hear)
    events.subscribe(OccurrenceChanged, hosts_follow)
    events.subscribe(HostExchanged, host_exchanged)
    events.subscribe(VolunteerAway, volunteer_away)
    events.answers(PromisedBy, promised)
    events.answers(HostNamesAt, host_names)
    events.subscribe(SeatFreed, seat_freed)
    events.subscribe(CancelledByUs, offer_another_day)
    events.subscribe(OnAgain, on_again)
    events.subscribe(Unbooked, unbooked)
    events.subscribe(TripMade, trip_made)
    events.subscribe(MeasureDue, measures_leaving.group_asks)
    events.subscribe(TalkFinished, talk_finished)
    events.subscribe(TalkAnswered, talk_answered)
    events.subscribe(PromiseGrew, forget_group)
    events.subscribe(CardDecided, card_decided)
    events.subscribe(CardDeclined, card_declined)
    events.subscribe(TermsDecided, terms_decided)
    events.subscribe(SchemePaused, scheme_paused)
    events.subscribe(AbsenceNoted, absence_noted)
    events.subscribe(AbsenceNoted, measure_again)
    events.subscribe(AbsenceNoted, put_trips_up)
    events.answers(PostReceipt, post_told)
    _listen_for_relatives()
    _listen_for_leavings()


def _listen_for_relatives() -> None:
    """Let relatives be told what their citizens are told, and see what comes next for them."""
    events.answers(ReachFor, relatives_reached.how_reached)
    events.answers(AlsoTold, relatives_reached.also_told)
    events.answers(StillHolds, relatives_reached.still_holds)
    events.answers(ComingTrips, coming_for)
    events.answers(BookedInDays, booked_in_days)
    events.subscribe(FamilyCannot, family_cannot)


def _listen_for_leavings() -> None:
    """Let everything stop when a citizen dies or moves, and start again after a mistake.

    Hosts hear it while they still expect her, and the line before her seats are given back; cards
    end last, when trips have given their time back, and go on first.
    """
    events.answers(IsGone, has_left)
    events.answers(PeopleNamed, people_named)
    events.answers(WhoIsResponsible, responsible_for)
    for one in (
        relatives_leaving,
        waiting_leaving,
        hosting_leaving,
        trips_leaving,
        groups_leaving,
        volunteers_leaving,
        measures_leaving,
        courses_leaving,
        outreach_leaving,
        own_page_leaving,
        feedback_leaving,
        cards_leaving,
    ):
        events.subscribe(CitizenLeft, one.citizen_left)
    for one in (
        cards_leaving,
        trips_leaving,
        waiting_leaving,
        hosting_leaving,
        groups_leaving,
        volunteers_leaving,
        measures_leaving,
        courses_leaving,
        outreach_leaving,
        own_page_leaving,
        feedback_leaving,
        relatives_leaving,
    ):
        events.subscribe(CitizenReturned, one.citizen_returned)


@public
def start() -> ResponseReturnValue:
    """Send everybody to where they begin."""
    actor = find_actor()
    if actor is not None and actor.role is Role.CITIZEN:
        return redirect(url_for("own_page.home", citizen_id=actor.person_id), 303)
    return redirect(url_for(start_page(actor.role)) if actor else log_in_page(), 303)


def _cookies(app: Flask, settings: Settings) -> None:
    """Name the cookie that carries form tokens; logins have one of their own."""
    secure = settings.secure_cookies
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
