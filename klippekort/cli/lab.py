"""`klippekort lab`: one citizen's life under one scheme, without any database."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from klippekort.cli.lab_answer import as_data, as_text
from klippekort.cli.lab_words import line_fault_words
from klippekort.domain.lab.events import (
    YEARS,
    BadEvents,
    Event,
    Happening,
    LineFault,
    Why,
)
from klippekort.domain.lab.reading import read_events
from klippekort.domain.lab.replay import replay
from klippekort.domain.schemes import (
    BadTerms,
    Fault,
    SchemeFile,
    Terms,
    Wrong,
    choices_of,
    decide,
    fault_line,
    is_open,
    load,
)
from klippekort.platform.i18n import init_i18n
from klippekort.punchcards.forms.fault_words import in_a_file

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class BadInput(click.ClickException):
    """What is wrong in the files, a line each on standard error; exit code 2."""

    exit_code = 2

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)

    def show(self, file: object = None) -> None:
        """Write the lines as they are, so that an editor can jump to them."""
        del file
        click.echo(self.message, err=True)


@contextmanager
def speaking() -> Iterator[None]:
    """Give the words their language without opening a database."""
    app = Flask("klippekort")
    init_i18n(app)
    with app.app_context():
        yield


def _near(ctx: click.Context, param: click.Parameter, days: Sequence[datetime]) -> object:
    """Return the days asked for when each of them can be reckoned."""
    for day in days:
        if day.year not in YEARS:
            said = day.date().isoformat()
            hint = f"{YEARS[0]}-{YEARS[-1]}"
            with speaking():
                reason = line_fault_words(Why.TOO_FAR_AWAY, said, hint)
            raise click.BadParameter(reason, ctx, param)
    return days


@click.command("lab")
@click.argument("scheme", type=_FILE)
@click.argument("events", type=_FILE)
@click.option(
    "--on",
    "days",
    type=click.DateTime(["%Y-%m-%d"]),
    multiple=True,
    required=True,
    callback=_near,
    help="Tell how the card stands at the end of this day; may be given several times.",
)
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def lab(scheme: Path, events: Path, days: tuple[datetime, ...], shape: str) -> None:
    """Replay one citizen's life, the EVENTS (CSV), under a SCHEME (TOML).

    Exits 2 with FILE:LINE: column: reason for each thing that is wrong in the files.
    """
    with speaking():
        read, lines, terms = _read(scheme, events)
        answer = replay(read, lines, [day.date() for day in days], terms.__getitem__)
        if shape == "json":
            click.echo(json.dumps(as_data(answer), ensure_ascii=False, indent=1))
        else:
            click.echo(as_text(answer))


def _read(scheme: Path, events: Path) -> tuple[SchemeFile, list[Event], dict[str, Terms]]:
    """Return the scheme, the events and the terms they name. Raises BadInput with what is wrong in
    all of the files.
    """
    told: list[str] = []
    read = _collected(scheme, told)
    try:
        text: str | None = _text(events)
    except BadInput as bad:
        told += bad.lines
        text = None
    faults: list[LineFault] = []
    lines: list[Event] = []
    if text is not None:
        try:
            lines = read_events(text.splitlines(keepends=True))
        except BadEvents as bad_events:
            faults, lines = bad_events.faults, bad_events.readable
    before = len(told)
    terms = _terms_beside(lines, events, faults, told)
    if read is not None and len(told) == before:
        faults += _bad_decisions(lines, read.terms, terms)
    told += [
        f"{events}:{fault.line}: {fault.column}: "
        f"{line_fault_words(fault.why, fault.said, fault.hint)}"
        for fault in sorted(faults, key=lambda fault: fault.line)
    ]
    if told or read is None:
        raise BadInput(told)
    return read, lines, terms


def _collected(path: Path, told: list[str]) -> SchemeFile | None:
    """Return the scheme a file says, or None when what is wrong in it was added to `told`."""
    try:
        return read_scheme(path)
    except BadInput as bad:
        told += bad.lines
        return None


def read_scheme(path: Path) -> SchemeFile:
    """Return the scheme a file says. Raises BadInput naming line, key and reason."""
    text = _text(path)
    try:
        return load(text)
    except BadTerms as bad:
        raise BadInput(
            [
                f"{path}:{fault_line(text, fault)}: {fault.key or 'toml'}: {in_a_file(fault)}"
                for fault in bad.faults
            ]
        ) from bad


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInput([f"{path}:{line}: utf-8: {line_fault_words(Why.NOT_TEXT)}"]) from error


def _terms_beside(
    lines: list[Event], path: Path, faults: list[LineFault], told: list[str]
) -> dict[str, Terms]:
    """Return the terms that lines name, and add what is wrong with them to what is told."""
    found: dict[str, Terms | None] = {}
    for event in lines:
        if event.event is not Happening.TERMS or event.terms in found:
            continue
        named = Path(event.terms)
        beside = path.parent / named
        if not named.is_absolute() and ".." not in named.parts and beside.is_file():
            read = _collected(beside, told)
            found[event.terms] = read.terms if read else None
        else:
            faults.append(LineFault(event.line, "terms", Why.NO_SUCH_FILE, event.terms))
    return {name: terms for name, terms in found.items() if terms is not None}


def _bad_decisions(
    lines: list[Event], first: Terms, beside: dict[str, Terms]
) -> Iterator[LineFault]:
    for event in lines:
        if event.event is not Happening.DECIDE:
            continue
        known = _held_by(event, lines, first, beside)
        faults = [fault for terms in known if (fault := _decision_fault(terms, event))]
        if len(faults) == len(known):
            yield faults[0]


def _held_by(
    event: Event, lines: list[Event], first: Terms, beside: dict[str, Terms]
) -> list[Terms]:
    """Return the terms an answer may be about: those in force on its day, and those to come."""
    changes = [
        (line, beside[line.terms])
        for line in lines
        if line.event is Happening.TERMS
        and line.terms in beside
        and (not event.card or line.card in ("", event.card))
    ]
    changes.sort(key=lambda change: (change[0].on, change[0].line))
    begun = [change for change in changes if change[0].on <= event.on]
    for_all = [terms for line, terms in begun if not line.card]
    of_one = [terms for line, terms in begun if line.card]
    coming = [terms for line, terms in changes if line.on > event.on]
    return [for_all[-1] if for_all else first, *of_one, *coming]


def _decision_fault(terms: Terms, event: Event) -> LineFault | None:
    try:
        if not is_open(terms, event.rule):
            return LineFault(event.line, "rule", Why.ALREADY_DECIDED, event.rule)
    except KeyError:
        return LineFault(event.line, "rule", Why.NO_SUCH_RULE, event.rule)
    try:
        decide(terms, {event.rule: event.value})
    except BadTerms as bad:
        return _no_answer(event, bad.faults[0])
    return None


def _no_answer(event: Event, fault: Fault) -> LineFault:
    """Return why a rule cannot be answered so: with the words it takes, or what they contradict."""
    if fault.wrong is Wrong.CONTRADICTION:
        return LineFault(event.line, "value", Why.CONTRADICTS, event.value, fault.hint)
    is_word = fault.wrong in (Wrong.UNKNOWN_WORD, Wrong.NOT_YES_OR_NO)
    words = [*choices_of(event.rule), "" if is_word else fault.hint]
    hint = ", ".join(filter(None, words))
    return LineFault(event.line, "value", Why.NOT_AN_ANSWER, event.value, hint)
