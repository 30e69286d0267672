"""What docs/deploy.md hands out: units that systemd takes, a container file, drills that run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from klippekort.config import from_environment
from klippekort.operations.serve import has_socket

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "script" / "deploy"
UNITS = sorted(one for one in DEPLOY.iterdir() if one.suffix in (".service", ".socket", ".timer"))
DRILLS = sorted((ROOT / "script" / "drill").iterdir())
DOCS = (ROOT / "docs" / "deploy.md").read_text()
PROGRAM = "/opt/klippekort/venv/bin/klippekort"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("not checked: systemd is not on this machine")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    answer = subprocess.run(
        [program, "verify", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in answer.stderr.splitlines() if str(tmp_path) in line]
    assert said == []


def test_units_run_commands_there_are_and_may_do_little() -> None:
    for unit in UNITS:
        content = unit.read_text()
        if unit.suffix != ".service":
            continue
        assert re.search(rf"^ExecStart={PROGRAM} \w+", content, re.M), unit.name
        for line in ("User=klippekort", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            assert line in content, unit.name


def test_the_page_makes_every_folder_that_a_unit_needs() -> None:
    made = {
        folder
        for line in re.findall(r"^    install -d .*$", DOCS, re.MULTILINE)
        for folder in line.split()
        if folder.startswith("/")
    }
    for unit in UNITS:
        for needed in re.findall(
            r"^(?:ReadWritePaths|WorkingDirectory)=(.*)$", unit.read_text(), re.M
        ):
            assert set(needed.split()) <= made, unit.name


def test_the_proxy_takes_no_weak_cipher_and_sends_on_to_https() -> None:
    said = (DEPLOY / "nginx.conf").read_text()
    [ciphers] = re.findall(r"ssl_ciphers (.*);", said)
    assert all(re.fullmatch(r"ECDHE-.*(GCM|POLY1305).*", one) for one in ciphers.split(":"))
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in said
    assert "return 301 https://" in said


def test_the_journal_is_kept_as_long_as_is_said() -> None:
    assert "MaxRetentionSec=30day" in (DEPLOY / "journald.conf").read_text()
    assert "30 days" in (ROOT / "docs" / "security.md").read_text()


def test_the_settings_that_are_handed_out_make_sense() -> None:
    lines = (DEPLOY / "klippekort.env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    settings = from_environment(given)
    assert settings.secure_cookies
    assert settings.public_url.startswith("https://")


def test_a_socket_is_taken_only_from_whoever_hands_it_to_this_process() -> None:
    assert has_socket({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
    assert not has_socket({"LISTEN_PID": "1", "LISTEN_FDS": "1"})
    assert not has_socket({})


def test_the_container_runs_as_nobody_from_the_lock() -> None:
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "EXPOSE"}
    known |= {"HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert {line.split()[0] for line in said if not line.startswith(" ")} <= known
    assert any("--require-hashes" in line and "requirements.txt" in line for line in said)
    assert not [line for line in said if ":latest" in line or line.startswith("ADD")]
    last = [line for line in said if line.startswith("USER")][-1]
    assert last.split()[1].isdigit()
    assert last.split()[1] != "0"
    for line in said:
        if line.startswith("COPY") and "--from" not in line:
            for name in line.split()[1:-1]:
                assert (ROOT / name).exists(), name


@pytest.mark.parametrize("drill", DRILLS, ids=lambda path: path.name)
def test_each_drill_can_be_run_and_is_told_of(drill: Path) -> None:
    assert drill.stat().st_mode & 0o111
    compile(drill.read_text(), drill.name, "exec")
    assert f"script/drill/{drill.name}" in DOCS


def test_the_page_names_every_file_it_hands_out() -> None:
    for file in DEPLOY.iterdir():
        assert file.name in DOCS, file.name


def test_the_pooler_asks_for_a_password_and_trusts_one_certificate() -> None:
    lines = (DEPLOY / "pgbouncer.ini").read_text().splitlines()
    said = dict(
        re.split(r"\s*=\s*", line, maxsplit=1) for line in lines if re.match(r"\w+ = ", line)
    )
    assert said["auth_type"] == "scram-sha-256"
    assert said["listen_addr"] == "127.0.0.1"
    assert said["server_tls_sslmode"] == "verify-full"
    assert Path(said["server_tls_ca_file"]).is_absolute()


def test_the_proxy_tells_the_program_where_a_request_is_from_and_lets_nobody_else_say_it() -> None:
    said = (DEPLOY / "nginx.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in said
    assert "proxy_add_x_forwarded_for" not in said
    assert "access_log off;" in said
