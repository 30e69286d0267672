"""The laboratory's command: its page is true, and what is wrong is told by line and column."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from klippekort.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "lab.md").read_text()
EXAMPLES = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]


def run(command: str) -> Result:
    """Return what the command line answers."""
    return CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)


def is_part_of(part: Any, whole: Any) -> bool:
    """Say whether all that is told in `part` is told the same way in `whole`."""
    if isinstance(part, dict):
        return all(key in whole and is_part_of(part[key], whole[key]) for key in part)
    if isinstance(part, list) and part and isinstance(part[0], dict) and "line" in part[0]:
        return all(any(is_part_of(one, other) for other in whole) for one in part)
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(is_part_of, part, whole))
    return bool(part == whole)


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.splitlines()[0] for one in EXAMPLES])
def test_the_examples_of_the_page_are_what_the_command_answers(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in re.findall(r"`([\w-]+\.(?:toml|csv))`\n\n```\w+\n(.*?)```", example, re.S):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    command = re.search(r"^`(klippekort lab .*?)`$", example, re.MULTILINE)
    said = re.search(r"```json\n(.*?)```", example, re.S)
    assert command is not None
    assert said is not None
    result = run(command[1])
    assert result.exit_code == 0, result.output
    assert is_part_of(json.loads(said[1]), json.loads(result.stdout))


SCHEME = """minutes_per_punch = 45
[allowance]
minutes = 45
counted_from = "iso_week"
first = "grant_period"
"""


DECIDED = """at,event,rule,value
2025-01-06,grant,,
2025-01-07,decide,expiry.year_end,yes
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a scheme and a card, where the command is run."""
    (tmp_path / "s.toml").write_text(SCHEME)
    (tmp_path / "e.csv").write_text("at,event,ref,minutes\n2025-01-06,grant,,\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_people_read_the_same_in_danish(files: Path) -> None:
    result = run("klippekort lab s.toml e.csv --on 2025-02-10")
    assert result.exit_code == 0
    assert result.output.startswith("2025-02-10: 4 timer 30 minutter (6 klip)")


def test_minutes_are_told_alone_where_nobody_has_decided_what_a_punch_is(files: Path) -> None:
    undecided = SCHEME.replace("minutes_per_punch = 45", 'minutes_per_punch = "undecided"')
    (files / "s.toml").write_text(undecided)
    result = run("klippekort lab s.toml e.csv --on 2025-02-10")
    assert result.output.startswith("2025-02-10: 4 timer 30 minutter\n")


def test_the_scheme_speaks_in_its_own_words(files: Path) -> None:
    (files / "s.toml").write_text(SCHEME + '[words]\none = "tur"\nmany = "ture"\n')
    result = run("klippekort lab s.toml e.csv --on 2025-01-06 --on 2025-01-13 --format json")
    told = json.loads(result.stdout)["on"]
    assert [told[day]["display"] for day in told] == [
        "45 minutter (1 tur)",
        "1 time 30 minutter (2 ture)",
    ]


def test_a_stay_that_was_told_late_says_when(files: Path) -> None:
    (files / "e.csv").write_text(
        "at,event,kind,until,known\n2025-01-06,grant,,,\n"
        "2025-01-13,absence,hospital,2025-01-19,2025-01-22\n"
    )
    result = run("klippekort lab s.toml e.csv --on 2025-01-22")
    assert "Det blev fortalt 2025-01-22 og gælder fra den første dag." in result.output


def test_every_line_is_explained_with_day_and_reason(files: Path) -> None:
    result = run("klippekort lab s.toml e.csv --on 2025-01-06 --format json")
    assert json.loads(result.stdout)["on"]["2025-01-06"]["explanation"] == [
        "2025-01-06: Kortet blev bevilget (linje 2).",
        "2025-01-06: Der kom 45 minutter.",
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("e.csv", "at,event,ref,minutes\n2025-01-06,dans,,\n", "e.csv:2: event: "),
        ("e.csv", "at,event,farve\n", "e.csv:1: farve: "),
        ("e.csv", "at,event,terms\n2025-01-06,terms,no.toml\n", "e.csv:2: terms: "),
        ("e.csv", "at,event,rule,value\n2025-01-06,decide,no.rule,x\n", "e.csv:2: rule: "),
        ("e.csv", "at,event,rule,value\n2025-01-06,decide,charging.travel,x\n", "e.csv:2: value: "),
        ("s.toml", SCHEME + "\n[hours]\nstart = 10\n", "s.toml:8: hours.start: "),
        ("s.toml", SCHEME.replace('"iso_week"', '"moon"'), "s.toml:4: allowance.counted_from: "),
        ("s.toml", SCHEME.replace("minutes = 45\n", "minutes = 4.5\n"), "s.toml:3: allowance."),
        (
            "s.toml",
            SCHEME + '[hours]\nstarts_from = "15:00"\nends_by = "10:00"\n',
            "s.toml:8: hours.ends_by: ",
        ),
        ("s.toml", "\n\n[allowance\n", "s.toml:3: toml: "),
        ("s.toml", SCHEME + "first = 1\n", "s.toml:6: toml: "),
        ("s.toml", SCHEME + "\n[allowance]\nevery = 1\n", "s.toml:7: toml: "),
        ("s.toml", SCHEME + '[words]\ncard = "', "s.toml:7: toml: "),
        ("e.csv", DECIDED, "e.csv:3: rule: "),
        ("e.csv", "at,event,kind\n2025-01-06,grant,\n2025-01-07,end,dead\n", "e.csv:3: kind: "),
        ("e.csv", "at,event\n0001-01-05,grant\n", "e.csv:2: at: "),
        ("e.csv", "at,event,terms\n2025-01-06,terms,../old.toml\n", "e.csv:2: terms: "),
        ("s.toml", "minutes_per_punch = 45\n", "s.toml:1: allowance.minutes: skal siges\n"),
        (
            "s.toml",
            SCHEME + '[saving.caps.a]\nat_cap = "refuse"\n',
            "s.toml:6: saving.caps.a: skal siges (minutes, punches, periods)\n",
        ),
        (
            "s.toml",
            SCHEME + "[saving.caps.a]\nminutes = 90\npunches = 6\n",
            's.toml:8: saving.caps.a.punches: "6" modsiger (saving.caps.a.minutes)\n',
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_answered(
    files: Path, name: str, text: str, told: str
) -> None:
    (files.parent / "old.toml").write_text(SCHEME)
    (files / name).write_text(text)
    result = run("klippekort lab s.toml e.csv --on 2025-02-10")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(told)


def test_a_file_that_is_no_text_is_one_sentence(files: Path) -> None:
    (files / "e.csv").write_bytes(b"at,event\n2025-01-06,gr\xe5nt\n")
    result = run("klippekort lab s.toml e.csv --on 2025-02-10")
    assert (result.exit_code, result.stderr.startswith("e.csv:2: utf-8: ")) == (2, True)


def test_what_was_open_may_be_decided_and_decided_again(files: Path) -> None:
    (files / "s.toml").write_text(SCHEME + '[expiry]\nyear_end = "undecided"\n')
    (files / "e.csv").write_text(DECIDED + "2025-02-01,decide,expiry.year_end,no\n")
    result = run("klippekort lab s.toml e.csv --on 2025-02-10")
    assert result.exit_code == 0, result.stderr


def test_new_terms_decide_for_their_own_days(files: Path) -> None:
    (files / "new.toml").write_text(SCHEME + '[expiry]\nyear_end = "undecided"\n')
    rows = "at,event,rule,value,terms\n2025-01-06,grant,,,\n2025-03-01,terms,,,new.toml\n"
    (files / "e.csv").write_text(rows + "2025-04-01,decide,expiry.year_end,yes,\n")
    assert run("klippekort lab s.toml e.csv --on 2025-05-10").exit_code == 0
    turned = rows.replace("2025-01-06,grant,,,", "2025-01-06,grant,,,\n2025-01-06,terms,,,new.toml")
    old = turned.replace("2025-03-01,terms,,,new.toml", "2025-03-01,terms,,,s.toml")
    (files / "e.csv").write_text(old + "2025-04-01,decide,expiry.year_end,yes,\n")
    assert run("klippekort lab s.toml e.csv --on 2025-05-10").exit_code == 2


def told(files: Path, scheme: str, rows: str, days: str) -> dict[str, Any]:
    """Return the answer as data."""
    (files / "s.toml").write_text(scheme)
    (files / "e.csv").write_text(rows)
    result = run(f"klippekort lab s.toml e.csv {days} --format json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_course_shows_its_card_and_no_minutes(files: Path) -> None:
    course = 'measured_in = "course"\n[words]\ncard = "fællesskabskort"\n'
    answer = told(files, course, "at,event\n2025-01-06,grant\n", "--on 2025-01-07")
    assert answer["on"]["2025-01-07"]["display"] == "fællesskabskort"


def test_a_message_carries_the_conditions_own_words(files: Path) -> None:
    scheme = SCHEME + '[activities.conditional]\nclean = "sammen med borgeren"\n'
    rows = "at,event,minutes,activity\n2025-01-06,grant,,\n2025-01-07T10:00,trip,45,clean\n"
    answer = told(files, scheme, rows, "--on 2025-01-07")
    assert "sammen med borgeren" in answer["events"][1]["message"]


def test_what_comes_after_the_last_day_is_not_called_accepted(files: Path) -> None:
    rows = "at,event,minutes\n2025-01-06,grant,\n2025-01-09,trip,45\n"
    answer = told(files, SCHEME, rows, "--on 2025-01-07")
    first, later = answer["events"]
    assert later["outcome"] == "accepted"
    assert later["message"] != first["message"]


def test_a_day_asked_for_is_one_that_can_be_reckoned(files: Path) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        result = run(f"klippekort lab s.toml e.csv --on {day}")
        assert (result.exit_code, result.stdout) == (2, "")
