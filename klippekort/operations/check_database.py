"""Checks of the database: its tables, its clock, its roles, and what the house says of itself."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from klippekort.config import Settings
from klippekort.operations.findings import Finding, fine, wrong
from klippekort.operations.startup import newest_migration, tables_at
from klippekort.platform import clock, job_status, watching
from klippekort.platform.db import CONNECTIONS, SPARE_CONNECTIONS, db
from klippekort.platform.watching import BACKUP, CLOCK, LEDGER, OUTBOX, WORKER, Alarm

MOST_APART = timedelta(seconds=5)

_ROLE = text(
    "select rolsuper or rolbypassrls as passes, rolname as name from pg_roles "
    "where rolname = current_user"
)
_OWNS = text(
    "select count(*) from pg_tables where schemaname = 'public' and tableowner = current_user"
)
_UNWALLED = text(
    "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
    "join pg_index i on i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey) "
    "where c.relkind = 'r' and a.attname = 'municipality_id' "
    "and not (c.relrowsecurity and c.relforcerowsecurity) order by c.relname"
)


def check_database(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at the database the app is connected to."""
    try:
        here, newest = tables_at(db.engine), newest_migration()
    except DBAPIError:
        yield wrong("The database cannot be reached; look at KLIPPEKORT_DATABASE_URL.")
        return
    yield fine("The database can be reached.")
    if here is not None and here > newest:
        yield wrong("Its tables belong to a newer Klippekort; bring this program up to date.")
        return
    if here != newest:
        yield wrong("Its tables are not current; run: klippekort database upgrade")
        return
    yield fine("Its tables are current.")
    if not settings.is_embedded:
        with db.engine.connect() as connection:
            yield from _check_server(connection, environment)
    found = watching.measure(clock.now())
    alarms = watching.alarms_in(found, settings.backup_hours)
    yield from (wrong(alarm_sentence(one)) for one in alarms)
    yield from _check_signs(alarms, settings)


def check_alarms(settings: Settings) -> list[Finding]:
    """Return what stands wrong in the house just now, or one line that all is well."""
    found = watching.measure(clock.now())
    alarms = watching.alarms_in(found, settings.backup_hours)
    return [wrong(alarm_sentence(one)) for one in alarms] or [fine("Nothing stands wrong.")]


def alarm_sentence(alarm: Alarm) -> str:
    """Return what stands wrong and what to do, in one sentence."""
    since = f"{alarm.since:%Y-%m-%d %H:%M} UTC" if alarm.since else "never"
    return {
        WORKER: f"No worker is alive (last heard of: {since}); run: klippekort worker",
        CLOCK: f"The clock on {alarm.who} is wrong; set it by NTP.",
        LEDGER: f"{alarm.count} places in the ledgers do not prove; run: klippekort ledger verify",
        OUTBOX: f"{alarm.count} messages are over half an hour late (the oldest: {since}); "
        "look after the gateways.",
        BACKUP: f"The last copy is too old (taken: {since}); run: klippekort backup FOLDER",
    }[alarm.kind]


def _check_server(connection: Connection, environment: Mapping[str, str]) -> Iterator[Finding]:
    apart = abs(connection.execute(text("select clock_timestamp()")).scalar_one() - clock.now())
    if apart > MOST_APART:
        yield wrong(
            f"The clock here is {apart.total_seconds():.0f} s from the database's; use NTP."
        )
    else:
        yield fine("The clock agrees with the database's.")
    role = connection.execute(_ROLE).one()
    if role.passes:
        yield wrong(
            f"The role {role.name} sees every municipality's rows; run as a superuser: "
            f"ALTER ROLE {role.name} NOSUPERUSER NOBYPASSRLS"
        )
    elif connection.execute(_OWNS).scalar_one():
        yield wrong(
            f"The role {role.name} owns the tables, so it could take their walls down; give the "
            "tables an owner of their own (KLIPPEKORT_OWNER_DATABASE_URL)."
        )
    else:
        yield fine(f"The role {role.name} sees one municipality at a time, and owns no table.")
    if connection.execute(text("show lock_timeout")).scalar_one() == "0":
        yield wrong(
            "A pooler drops our limits, so a statement may wait for ever; run as a superuser: "
            f"ALTER ROLE {role.name} SET lock_timeout = '3s'; "
            f"ALTER ROLE {role.name} SET statement_timeout = '10s'; "
            f"ALTER ROLE {role.name} SET idle_in_transaction_session_timeout = '30s'"
        )
    unwalled = list(connection.scalars(_UNWALLED))
    if unwalled:
        yield wrong(f"Anybody's rows can be seen in {', '.join(unwalled)}; restore their policies.")
    most = int(connection.execute(text("show max_connections")).scalar_one())
    wanted = int(environment.get("WEB_CONCURRENCY") or 1) * (CONNECTIONS + SPARE_CONNECTIONS) + 10
    if wanted > most:
        yield wrong(f"max_connections is {most}, and up to {wanted} may be needed; raise it.")
    else:
        yield fine(f"The database lets {most} in, and up to {wanted} are needed.")


def _check_signs(alarms: list[Alarm], settings: Settings) -> Iterator[Finding]:
    """Tell what is well: an alarm says the rest."""
    ringing = {one.kind for one in alarms}
    leader = job_status.find_leader()
    if WORKER not in ringing and leader is not None:
        yield fine(f"Worker {leader.worker} is alive.")
    if LEDGER not in ringing:
        yield fine("The nightly proof has found nothing.")
    if BACKUP not in ringing:
        yield fine(
            f"A copy was taken within {settings.backup_hours} hours, or nothing is old enough yet."
            if settings.backup_hours
            else "Copies are watched elsewhere (KLIPPEKORT_BACKUP_HOURS=0)."
        )
