"""What the laboratory's command says to people: the whole answer, and every fault, in words."""

from pathlib import Path

import pytest
from click.testing import Result

from tests.integration.test_lab import SCHEME, files, run

__all__ = ["files"]  # a fixture

RULES = """
[expiry]
rolling = ["8 weeks"]
[hours]
closed_days = ["12-24"]
[cancelling.citizen]
charge = "full"
[charging]
basis = "actual"
travel = "counts"
planning = "minutes"
[pauses.scheme]
accrues = true
usable = false
extends_expiry = false
"""
LIFE = """at,event,ref,minutes,until,by,ordered_at
2025-01-06,grant,,,,,
2025-01-07,planning,,10,,,
2025-02-05T10:00,trip,a,45,,,2025-01-20
2025-02-04T10:00,cancel,a,,,citizen,
2025-02-06T10:00,trip,b,45,,,2025-01-20
2025-02-06T11:00,done,b,40,,,
2025-03-10T10:00,trip,c,45,,,2025-02-08
2025-12-24T10:00,trip,d,45,,,2025-02-08
2025-03-20,pause,,,2025-03-26,,
2025-03-27T10:00,trip,e,45,,,2025-02-08
2025-03-27T11:00,done,e,45,,,
"""


def lab(files: Path, scheme: str, rows: str, on: str) -> Result:
    """Return what the command answers for a day."""
    (files / "s.toml").write_text(scheme)
    (files / "e.csv").write_text(rows)
    return run(f"klippekort lab s.toml e.csv --on {on}")


def test_people_are_told_all_that_the_data_tells(files: Path) -> None:
    result = lab(files, SCHEME + RULES, LIFE, "2025-03-28")
    told = result.output.splitlines()
    for line in (
        "  - 45 minutter, der kom 2025-02-10, sidste dag er 2025-04-06",
        "  Bortfaldet i alt: 1 time 25 minutter",
        "  - 45 minutter den 2025-02-04: en tur blev ikke til noget, eller reglerne tog tiden"
        " (forfeit)",
        "  - 40 minutter den 2025-03-24: tiden var blevet for gammel (rolling)",
        "4 (trip a): Godtaget. Turen blev aflyst. Den koster 45 minutter alligevel.",
        "5 (cancel a): Godtaget. Turen blev aflyst. Den koster 45 minutter alligevel.",
        "6 (trip b): Godtaget. Turen blev gennemført. Det koster 40 minutter.",
        "8 (trip c): Godtaget. Det koster 45 minutter.",
        "9 (trip d): Afvist (holiday). Ordningen har ingen ture den dag."
        " Det kan tidligst være 2025-12-25.",
    ):
        assert line in told


def test_the_explanation_names_what_it_is_about(files: Path) -> None:
    told = lab(files, SCHEME + RULES, LIFE, "2025-03-28").output
    for line in (
        "2025-01-07: 10 minutter blev sat af til planlægningssamtalen på linje 3.\n",
        "2025-01-07: 10 minutter blev brugt på planlægningssamtalen på linje 3.\n",
        "2025-02-04: 35 minutter bortfaldt: turen på linje 4 blev ikke til noget.\n",
        "2025-03-20: En pause i ordningen begyndte (linje 10, pauses.scheme).\n",
    ):
        assert line in told


def test_new_terms_that_keep_the_punches_say_so(files: Path) -> None:
    new = SCHEME.replace("punch = 45", "punch = 30") + '[change]\nsaved_time = "keep_punches"\n'
    (files / "new.toml").write_text(new)
    rows = "at,event,terms\n2025-01-06,grant,\n2025-01-08,terms,new.toml\n"
    told = lab(files, SCHEME, rows, "2025-01-08").output
    assert (
        "15 minutter bortfaldt: de nye regler beholder antallet af klip, og et klip er blevet"
        " kortere.\n"
    ) in told


def test_each_card_of_several_is_told(files: Path) -> None:
    rows = "at,event,card\n2025-01-06,grant,gang\n2025-01-13,grant,bad\n"
    told = lab(files, SCHEME, rows, "2025-01-13").output
    assert "  Kortet bad: 45 minutter (1 klip)\n" in told
    assert "  Kortet gang: 1 time 30 minutter (2 klip)\n" in told


def test_what_is_wrong_in_all_files_is_told_together(files: Path) -> None:
    (files / "new.toml").write_text(SCHEME + "[hours]\nstart = 10\n")
    result = lab(
        files,
        SCHEME + "[saving]\ncap = 1\n",
        "at,event,terms,minutes,ref\n2025-01-06,grant,,,\n2025-01-07,dans,,,\n"
        "2025-01-08,terms,new.toml,,\n2025-01-09,terms,no.toml,,\n2025-01-10,trip,,x,a\n"
        "2025-01-10,done,,,a\n",
        "2025-02-10",
    )
    assert result.exit_code == 2
    places = [":".join(line.split(":")[:3]) for line in result.stderr.splitlines()]
    assert places == [
        "s.toml:7: saving.cap",
        "new.toml:7: hours.start",
        "e.csv:3: event",
        "e.csv:5: terms",
        "e.csv:6: minutes",
    ]


OPEN = (
    '[charging]\ntravel = "counts"\nsecond_helper = "undecided"\n[expiry]\nyear_end = "undecided"\n'
)


@pytest.mark.parametrize(
    ("rule", "value", "told"),
    [
        ("charging.second_helper", '"0,5"', ""),
        ("expiry.year_end", "ja", ""),
        ("expiry.year_end", "Nej", ""),
        ("expiry.year_end", "måske", '"måske" er ikke et svar på denne regel (yes, no)\n'),
        (
            "charging.basis",
            "x",
            '"x" er ikke et svar på denne regel (planned, actual, lower, higher)\n',
        ),
    ],
)
def test_an_answer_is_read_as_a_fact_is(files: Path, rule: str, value: str, told: str) -> None:
    rows = f"at,event,rule,value\n2025-01-06,grant,,\n2025-01-07,decide,{rule},{value}\n"
    result = lab(files, SCHEME + OPEN, rows, "2025-02-10")
    assert result.exit_code == (2 if told else 0)
    assert result.stderr == (f"e.csv:3: value: {told}" if told else "")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "at,event,kind,until\n2025-01-06,absence,other,2025-01-09\n2025-01-08,absence,other,\n",
            'e.csv:3: at: "2025-01-08" overlapper fraværet på linje 2\n',
        ),
        (
            "at;event\n2025-01-06;grant\n",
            "e.csv:1: csv: kolonnerne er ikke delt med kommaer: gem filen som CSV med kommaer"
            " (at,event,ref)\n",
        ),
        (
            "at,event,\n2025-01-06,grant,\n",
            "e.csv:1: csv: en kolonne har intet navn: der står måske et komma for meget på"
            " linjen\n",
        ),
    ],
)
def test_a_fault_is_one_sentence_that_says_what_to_do(files: Path, rows: str, told: str) -> None:
    assert lab(files, SCHEME, rows, "2025-02-10").stderr == told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("allowance = 3", "s.toml:1: allowance: "),
        (
            'minutes_per_punch = 45\n[expiry]\nrolling = ["9999 years"]',
            "s.toml:3: expiry.rolling: ",
        ),
    ],
)
def test_what_no_card_can_be_reckoned_with_is_no_crash(files: Path, rule: str, told: str) -> None:
    result = lab(files, rule + "\n", "at,event\n2025-01-06,grant\n", "2025-02-10")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
