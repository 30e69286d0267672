"""The doctor finds what is wrong with an installation, and says how it is mended."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from klippekort.config import MailServer, Settings, SmsGateway
from klippekort.operations import check_database, check_machine, check_reach, doctor
from klippekort.operations.findings import Finding, Verdict
from klippekort.platform import clock, house, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from tests.cast import Cast
from tests.cluster import SUPERUSER
from tests.databases import Template, let_go, quiet_app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path / 'k.db'}"
    return Settings(tmp_path, url, url, tmp_path / "keys.json")


def _wrong(findings: list[Finding]) -> str:
    return "\n".join(one.sentence for one in findings if one.verdict is Verdict.WRONG)


def test_what_is_well_is_called_fine(settings: Settings) -> None:
    found = [check_machine.check_time_zone(), *check_reach.check_line(settings)]
    found += check_reach.check_gateways(settings)
    assert {one.verdict for one in found} == {Verdict.FINE}


def test_a_disk_that_is_almost_full_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_machine, "LEAST_FREE", 1 << 62)
    assert "make room" in check_machine.check_disk(tmp_path / "not" / "yet").sentence


def test_a_time_zone_that_is_missing_is_found() -> None:
    assert "tzdata" in check_machine.check_time_zone("Europe/Nowhere").sentence


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"host": "192.0.2.1"}, "KLIPPEKORT_SECURE_COOKIES"),
        ({"public_url": "https://k.example.dk"}, "KLIPPEKORT_SECURE_COOKIES"),
        ({"secure_cookies": True}, "KLIPPEKORT_PUBLIC_URL"),
        (
            {"secure_cookies": True, "public_url": "https://k.example.dk"},
            "KLIPPEKORT_PROXIES",
        ),
        ({"sms": SmsGateway("https://sms.example", "t")}, "KLIPPEKORT_PUBLIC_URL"),
    ],
)
def test_an_open_line_is_found(settings: Settings, changes: dict[str, object], named: str) -> None:
    said = replace(settings, **changes)  # type: ignore[arg-type]
    assert named in _wrong(list(check_reach.check_line(said)))


def test_who_does_not_answer_is_found(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        port = taken.getsockname()[1]
        mail = MailServer("127.0.0.1", port, "none", "klippekort@example.dk")
        sms = SmsGateway(f"http://127.0.0.1:{port}/send", "t")
        found = check_reach.check_gateways(replace(settings, mail=mail, sms=sms))
        said = _wrong(list(found))
    assert "The mail server 127.0.0.1" in said
    assert "The text gateway" in said


def test_a_database_that_others_may_read_is_found(settings: Settings) -> None:
    with quiet_app(settings).app_context():
        db.engine.connect().close()
        let_go()
    file = settings.data_folder / "k.db"
    assert doctor.check_database_file(file).verdict is Verdict.FINE
    file.chmod(0o644)
    said = doctor.check_database_file(file)
    assert (said.verdict, f"chmod 600 {file}" in said.sentence) == (Verdict.WRONG, True)


def test_alarms_say_what_to_run(app: Flask, cast: Cast) -> None:
    found = check_database.check_alarms(app.extensions["settings"])
    assert "klippekort worker" in _wrong(found)
    assert "klippekort backup" in _wrong(found)
    execute(house.note, "backup", "test", {}, clock.now())
    assert "backup" not in _wrong(check_database.check_alarms(app.extensions["settings"]))


def test_a_role_that_passes_the_walls_is_found(template: Template) -> None:
    if template.cluster is None:
        pytest.skip("SQLite has no roles")
    settings = template.copy()
    found = _looked_over(settings)
    assert "sees one municipality at a time" in "\n".join(one.sentence for one in found)
    owner = replace(settings, database_url=settings.owner_database_url)
    assert "owns the tables" in _wrong(_looked_over(owner))
    above = settings.owner_database_url.replace("klippekort_owner@", f"{SUPERUSER}@")
    assert "NOBYPASSRLS" in _wrong(_looked_over(replace(settings, database_url=above)))


def test_a_wall_that_is_down_is_found(template: Template) -> None:
    if template.cluster is None:
        pytest.skip("SQLite has no row-level security")
    settings = template.copy()
    engine = migrate.owner_engine(settings.owner_database_url)
    with engine.begin() as connection:
        connection.execute(text("alter table trip no force row level security"))
    engine.dispose()
    assert "seen in trip" in _wrong(_looked_over(settings))


def _looked_over(settings: Settings) -> list[Finding]:
    app = quiet_app(settings)
    with app.app_context():
        found = list(check_database.check_database(settings, {"WEB_CONCURRENCY": "1"}))
        db.session.remove()
        let_go()
    return found


def test_limits_that_a_pooler_drops_are_found(app: Flask, template: Template) -> None:
    if template.cluster is None:
        pytest.skip("SQLite has no pooler")
    connection = db.session.connection()
    connection.execute(text("set local lock_timeout = 0"))
    found = list(check_database._check_server(connection, {}))
    assert "SET lock_timeout" in _wrong(found)
