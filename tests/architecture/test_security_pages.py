"""What the pages on security and sign-in promise in numbers and addresses is what the program does.

Numbers are read from the tables that people read, and compared with the program's own.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask

from klippekort.accounts.queries import sessions as idle
from klippekort.accounts.services import codes, links, oidc, passkeys, secrets, sessions, support
from klippekort.accounts.services import one_time_passwords as totp
from klippekort.activities.services import images
from klippekort.domain import passwords
from klippekort.feedback.services import giving
from klippekort.groups.services import demand, papers
from klippekort.imports.reading import tables, workbook
from klippekort.measures.services import LONGEST_FILE
from klippekort.outreach.services import referring
from klippekort.own_page.services import codes as own_codes
from klippekort.platform import security, web
from klippekort.punchcards.forms import changes
from klippekort.punchcards.queries import card_keys
from klippekort.punchcards.views import genuine
from klippekort.relatives.services import tickets
from klippekort.reports.forms import laboratory
from klippekort.volunteers.services import applications
from klippekort.volunteers.services import codes as calls

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "docs" / "security.md").read_text()
SIGN_IN = (ROOT / "docs" / "sign-in.md").read_text()
MEGA = 1024 * 1024
NUMBERS = {
    "half": 30,
    "three": 3,
    "five": 5,
    "ten": 10,
    "twelve": 12,
    "twenty": 20,
    "thirty": 30,
}


def _section(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def _table(page: str, title: str) -> dict[str, list[str]]:
    """Return the rows of a section's table by their first cell, without its head."""
    lines = [line for line in _section(page, title).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {row[0]: row[1:] for row in cells}


def _said(text: str) -> list[int]:
    """Return the numbers a text says, in digits or in words, in their order."""
    found: Iterator[re.Match[str]] = re.finditer(r"\d[\d,]*|[a-z]+", text)
    words = (one[0].replace(",", "") for one in found)
    return [NUMBERS.get(one) or int(one) for one in words if one in NUMBERS or one.isdigit()]


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    limits = {name: _said(cells[0]) for name, cells in _table(SECURITY, "Limits").items()}
    an_hour = {giving, demand, referring, applications}
    assert {one.MOST_AN_HOUR for one in an_hour} == {30}
    assert {one.MOST_AN_HOUR for one in (calls, own_codes, links)} == {3}
    assert {secrets.CODE_TRIES, tickets.MOST_TRIES} == {5}
    paces = [(one._PACE.most, one._PACE.all_most) for one in (genuine, security)]
    assert limits == {
        "Passwords": [secrets.PASSWORD_TRIES],
        "A tablet's PIN": [secrets.PIN_TRIES],
        "A card's PIN": [card_keys.MOST_TRIES],
        "Codes and links": [secrets.CODE_TRIES, links.MOST_AN_HOUR],
        "Opinions, applications and notices from the street": [giving.MOST_AN_HOUR],
        "Checking whether a statement is genuine": list(paces[0]),
        "Reports of what a page was kept from": list(paces[1]),
        "A session": [_minutes(idle.IDLE), _hours(sessions.LONGEST)],
        "A request": [web.LARGEST_UPLOAD // MEGA],
    }
    assert secrets.LONGEST_WAIT == 15
    assert "a quarter of an hour" in _table(SECURITY, "Limits")["Passwords"][1]


def test_the_files_on_the_page_are_those_that_are_taken() -> None:
    files = {name: (cells[0], _said(cells[1])) for name, cells in _table(SECURITY, "Files").items()}
    assert {changes.MOST_TEXT, laboratory.MOST_TEXT} == {200_000}
    assert files == {
        "Imports": (
            "CSV, text, .xlsx",
            [
                tables.MOST_BYTES // MEGA,
                tables.MOST_ROWS,
                tables.MOST_COLUMNS,
                workbook.MOST_UNPACKED // MEGA,
                workbook.MOST_RATIO,
                workbook.MOST_PARTS,
            ],
        ),
        "Pictures": (
            ", ".join(_named(one) for one in images._READ),
            [images.MOST_BYTES // MEGA, images._MOST_POINTS // 1_000_000],
        ),
        "Papers of a group": ("PDF", [papers.MOST_BYTES // MEGA, papers.MOST_PAGES]),
        "Rules of a scheme": ("TOML", [changes.MOST_TEXT]),
        "A scale of one's own": ("TOML", [LONGEST_FILE // 1024]),
    }


def test_every_field_that_takes_a_file_is_on_the_page() -> None:
    """A new one must find its line among the files, and its place here."""
    takes = {
        str(file.relative_to(ROOT / "klippekort"))
        for file in (ROOT / "klippekort").rglob("*.py")
        if re.search(r"= FileField\(|request\.files", file.read_text())
    }
    assert takes == {
        "activities/forms/pictures.py",
        "groups/forms/together.py",
        "imports/forms.py",
        "measures/forms/forms.py",
        "own_page/forms/portrait.py",
        "punchcards/forms/changes.py",
        "reports/forms/laboratory.py",
    }


def test_the_words_no_password_may_rest_on_stand_on_the_page() -> None:
    told = " ".join(_section(SIGN_IN, "Words no password may rest on").split())
    assert set(re.findall(r"\*(\w+)\*", told)) == set(passwords.REFUSED)
    assert f"{secrets.SHORTEST_PASSWORD} letters or more" in told
    assert passwords.FEWEST_OWN == 8
    assert "fewer than eight signs are left" in told
    assert passwords.FEWEST_SIGNS == 5
    assert "fewer than five different signs" in told


def test_what_the_provider_is_told_are_addresses_of_the_program(shared_app: Flask) -> None:
    told = _section(SIGN_IN, "The staff's log-in")
    paths = re.findall(r"`https://…(/[^`]+)`", told)
    assert len(paths) == 3
    adapter = shared_app.url_map.bind("localhost")
    methods = {"Back-channel logout URI": "POST"}
    for name, path in re.findall(r"^\| ([^|]+?) \| `https://…(/[^`]+)` \|$", told, re.MULTILINE):
        asked = path.replace("<municipality>", "lindeby")
        endpoint, _values = adapter.match(asked, method=methods.get(name, "GET"))
        assert endpoint.startswith("accounts.")


def test_how_long_a_log_in_lasts_is_told_as_it_is() -> None:
    told = " ".join(_section(SIGN_IN, "Where I am logged in").split())
    assert "after half an hour of nothing (volunteers: twelve hours)" in told
    assert timedelta(minutes=30) == idle.IDLE
    assert {role.value for role in idle.NEVER_IDLE} == {"volunteer"}
    assert "after twelve hours at the latest" in told
    assert timedelta(hours=12) == sessions.LONGEST
    assert f"hours (1 to {support.LONGEST_HOURS})" in SIGN_IN


def test_how_people_get_in_is_told_with_its_numbers() -> None:
    assert "up to ten, with names" in SIGN_IN
    assert passkeys.MOST_KEYS == 10
    assert "ten recovery codes" in " ".join(SIGN_IN.split())
    assert totp.CODES == 10
    [families, bits] = re.findall(r"\| Signatures \| ([A-Z, or]+) \(([\d, or]+)\)", SIGN_IN)[0]
    signed = {
        one + two for one in re.findall("[A-Z]+", families) for two in re.findall(r"\d+", bits)
    }
    assert signed == set(oidc.ALGORITHMS)
    assert timedelta(minutes=15) == codes.LASTS


OPENS_LINES = {
    "platform/gateways/mail.py": ("Mail server", "KLIPPEKORT_SMTP_URL"),
    "platform/gateways/posting.py": ("Text gateway", "KLIPPEKORT_SMS_URL"),
    "platform/gateways/push.py": ("Push services", "KLIPPEKORT_PUSH_CONTACT"),
    "accounts/services/oidc.py": ("Identity provider", "KLIPPEKORT_OIDC_"),
    "platform/outgoing.py": ("Identity provider", "KLIPPEKORT_INNER_HOSTS"),
    "travel/providers/osrm.py": ("Route server", "KLIPPEKORT_TRAVEL_URL"),
    # The doctor asks those above whether they are there; the rest listen, or ask for a name.
    "operations/check_reach.py": ("Text gateway", "KLIPPEKORT_SMS_URL"),
    "operations/serve.py": None,
    "platform/worker.py": None,
}


def test_whom_we_talk_to_stands_among_the_recipients() -> None:
    """Who opens a line to another machine is known here, and its page tells how it is set up."""
    libraries = (
        r"requests|smtplib|http\.client|urllib\.request|urllib3|socket|ftplib|telnetlib|aiohttp"
    )
    opens = {
        str(file.relative_to(ROOT / "klippekort"))
        for file in (ROOT / "klippekort").rglob("*.py")
        if re.search(rf"^\s*(?:import|from) (?:{libraries})\b", file.read_text(), re.MULTILINE)
    }
    assert opens == set(OPENS_LINES)
    page = (ROOT / "docs" / "privacy" / "records-of-processing.md").read_text()
    told = _table(page, "Recipients")
    for who, setting in filter(None, OPENS_LINES.values()):
        [row] = [cells for name, cells in told.items() if name.startswith(who)]
        assert setting in (ROOT / row[-1]).read_text(), who


def _named(kind: str) -> str:
    return "WebP" if kind == "WEBP" else kind


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))
