"""Put the app together: settings, database, guards, features. The only wiring there is."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

import klippekort.accounts.views as accounts
import klippekort.activities.views as activities
import klippekort.citizens.views as citizens
import klippekort.groups.views as groups
import klippekort.hosting.views as hosting
import klippekort.imports.views as imports
import klippekort.municipalities.views as municipalities
import klippekort.planning.views as planning
import klippekort.programme.views as programme
import klippekort.punchcards.views as punchcards
import klippekort.reports.views as reports
import klippekort.tablet.views as tablet
import klippekort.trips.views as trips
import klippekort.volunteers.views as volunteers
import klippekort.waiting.views as waiting
from klippekort.activities.jobs import JOBS as ACTIVITY_JOBS
from klippekort.activities.queries import rely_on
from klippekort.activities.services import (
    ChairsOffered,
    OccurrenceCancelled,
    OccurrenceChanged,
    TripsAt,
)
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.config import Settings, from_environment
from klippekort.groups.jobs import JOBS as GROUP_JOBS
from klippekort.groups.services import AddressClosed
from klippekort.hosting.jobs import JOBS as HOSTING_JOBS
from klippekort.hosting.queries.offers import went_along
from klippekort.hosting.services.searching import date_cancelled as hosts_hear
from klippekort.municipalities.queries import get_municipality
from klippekort.planning.jobs import JOBS as PLANNING_JOBS
from klippekort.platform import events, job_views
from klippekort.platform.addresses import init_addresses
from klippekort.platform.assets import Templates, folder, init_assets
from klippekort.platform.auth import find_actor, init_auth, log_in_page, public
from klippekort.platform.db import init_database
from klippekort.platform.formatting import init_formatting
from klippekort.platform.i18n import init_i18n
from klippekort.platform.job_runner import SEAL_AUDIT
from klippekort.platform.job_status import Alarms
from klippekort.platform.keys import KeyRing
from klippekort.platform.navigation import init_navigation, start_page
from klippekort.platform.web import init_web
from klippekort.punchcards.jobs import JOBS as CARD_JOBS
from klippekort.punchcards.queries.cards import TripNames
from klippekort.punchcards.queries.changes import BookedFrom
from klippekort.punchcards.views.proof_words import tell_alarms
from klippekort.travel.providers import init_travel
from klippekort.trips.queries.coming import booked_from
from klippekort.trips.queries.trips import escorted_today, name_trips, who_escorts
from klippekort.trips.services.events import CancelledByUs, HeldForCitizen, OnAgain, SeatFreed
from klippekort.trips.services.following import (
    address_closed,
    follow_date,
    give_minutes_back,
    trips_at,
)
from klippekort.volunteers.jobs import JOBS as VOLUNTEER_JOBS
from klippekort.volunteers.queries import ReliesOnAssociation
from klippekort.volunteers.queries.company import WentAlong
from klippekort.waiting.jobs import JOBS as WAITING_JOBS
from klippekort.waiting.queries.offers import held_for
from klippekort.waiting.services.answers import date_cancelled, date_changed, on_again
from klippekort.waiting.services.proposing import offer_another_day
from klippekort.waiting.services.turns import chairs_offered, seat_freed

FEATURES = (
    job_views,
    accounts,
    municipalities,
    citizens,
    punchcards,
    volunteers,
    activities,
    programme,
    groups,
    trips,
    hosting,
    waiting,
    planning,
    tablet,
    reports,
    imports,
)
JOBS = (
    *CARD_JOBS,
    *ACTIVITY_JOBS,
    *GROUP_JOBS,
    *PLANNING_JOBS,
    *WAITING_JOBS,
    *HOSTING_JOBS,
    *VOLUNTEER_JOBS,
    SEAL_AUDIT,
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
    ring = KeyRing.load_or_make(settings.key_file)
    app.extensions.update(keys=ring, settings=settings, jobs=JOBS)
    app.secret_key = ring.blind_index(0, "forms")
    _cookies(app, settings)
    init_database(app, settings.database_url)
    init_i18n(app)
    init_formatting(app)
    init_assets(app)
    init_addresses(app)
    init_auth(app, accounts.find_login)
    init_navigation(app, get_municipality)
    init_web(app)
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
    events.answers(ReliesOnAssociation, rely_on)
    events.answers(WentAlong, went_along)
    events.answers(TripsAt, trips_at)
    events.answers(HeldForCitizen, held_for)
    events.answers(Alarms, tell_alarms)
    # The line first: a seat given back by what follows must not be offered to anybody.
    events.subscribe(OccurrenceCancelled, date_cancelled)
    events.subscribe(OccurrenceCancelled, give_minutes_back)
    events.subscribe(OccurrenceChanged, date_changed)
    events.subscribe(OccurrenceChanged, follow_date)
    events.subscribe(ChairsOffered, chairs_offered)
    events.subscribe(AddressClosed, address_closed)
    events.subscribe(OccurrenceCancelled, hosts_hear)
    events.subscribe(SeatFreed, seat_freed)
    events.subscribe(CancelledByUs, offer_another_day)
    events.subscribe(OnAgain, on_again)


@public
def start() -> ResponseReturnValue:
    """Send everybody to where they begin."""
    actor = find_actor()
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
