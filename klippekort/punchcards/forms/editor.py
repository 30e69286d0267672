"""A section of a scheme's rules as a page shows it: fields with labels, help, errors, examples."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from klippekort.domain.schemes import BadTerms, Fault, Setting, Terms, Unit, choices_of
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms import rule_words as words
from klippekort.punchcards.forms.effects import effect_of
from klippekort.punchcards.forms.fault_words import at_a_field
from klippekort.punchcards.forms.leaves import (
    OWN,
    Block,
    Blocks,
    Data,
    Group,
    Leaf,
    Node,
    Shape,
    nodes_of,
    understood,
)
from klippekort.punchcards.forms.own_words import own_word
from klippekort.punchcards.forms.said_words import named, reading
from klippekort.punchcards.forms.scheme_words import setting_word


@dataclass(frozen=True)
class Section:
    """A page of rules: its name in the address, its title, and the parts of the terms it holds."""

    slug: str
    title: Any
    parts: tuple[str, ...]


SECTIONS = {
    section.slug: section
    for section in (
        Section("ord", _l("Words"), ("words",)),
        Section(
            "tid",
            _l("What arrives"),
            ("minutes_per_punch", "measured_in", "allowance", "runs_from", "runs_until"),
        ),
        Section("boform", _l("Own home and care home"), ("settings",)),
        Section("opsparing", _l("Saving up"), ("saving",)),
        Section("udloeb", _l("How long time lasts"), ("expiry",)),
        Section("pauser", _l("While the citizen is away"), ("pauses",)),
        Section("tider", _l("When trips are made"), ("hours",)),
        Section("varsel", _l("Ordering ahead"), ("notice",)),
        Section("besoeg", _l("How long and how often"), ("visits",)),
        Section("booking", _l("Booking ahead of the time"), ("booking",)),
        Section("aktiviteter", _l("What the time is for"), ("activities", "escort")),
        Section("pris", _l("What a trip costs"), ("charging",)),
        Section("sammen", _l("Trips together"), ("joint_trips",)),
        Section("afbud", _l("When a trip is not made"), ("cancelling",)),
        Section("penge", _l("Who pays expenses"), ("money",)),
        Section("deling", _l("Sharing time"), ("sharing",)),
        Section("hvem", _l("Who may have a card"), ("grants",)),
        Section("maalgrupper", _l("Target groups"), ("target_groups",)),
        Section("ophoer", _l("When a card ends"), ("ending",)),
        Section("lov", _l("Law and letters"), ("law",)),
    )
}
# Tables whose blocks people name; the names of others only tell them apart.
_NAMED = ("target_groups", "activities.conditional", "activities.needs_for", "settings")


@dataclass
class Field:
    """A rule as it is shown."""

    id: str
    label: str
    help: str = ""
    errors: list[str] = field(default_factory=list)
    reading: str = ""
    effect: str = ""
    answers: list[tuple[str, str]] = field(default_factory=list)
    chosen: str = ""
    shape: str = ""
    value: str = ""
    ticks: list[tuple[str, str, bool]] = field(default_factory=list)
    spans: list[tuple[str, str, str, str]] = field(default_factory=list)
    has_clock: bool = False
    kind: str = "field"

    @property
    def target(self) -> str:
        """Return the id of the first control."""
        if self.answers:
            return f"{self.id}-how-{self.answers[0][0]}"
        if self.ticks:
            return f"{self.id}-{self.ticks[0][0]}"
        return f"{self.id}-amount" if self.shape == Shape.SPAN else self.id


@dataclass
class Part:
    """Rules that belong together; `answers` say whether they are its own."""

    id: str
    heading: str
    items: list[Any]
    answers: list[tuple[str, str]] = field(default_factory=list)
    chosen: str = ""
    kind: str = "part"


@dataclass
class Entry:
    """One block of a table."""

    id: str
    title: str
    number: int
    name: str
    items: list[Any]
    errors: list[str]
    name_label: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Table:
    """A table of blocks, one more of which can be added."""

    id: str
    heading: str
    entries: list[Entry]
    add: str
    kind: str = "table"


@dataclass
class SectionPage:
    """A section with everything that stands on it."""

    section: Section
    items: list[Any]
    errors: list[tuple[str, str]]


def show(
    section: Section, data: Data, terms: Terms | None, faults: Iterable[Fault] = ()
) -> SectionPage:
    """Return a section as the page shows it: what was typed, what is wrong, what it leads to.

    Without terms, as while something is wrong, there are no examples.
    """
    nodes = nodes_of(section.parts, data)
    places = understood(nodes, data).places
    wrong: dict[str, list[str]] = {}
    for fault in faults:
        wrong.setdefault(_place(places, fault.key), []).append(fault_told(fault, terms))
    page = SectionPage(section, [], [])
    painter = _Painter(data, terms, wrong, page.errors)
    page.items = [painter.paint(node) for node in nodes.values()]
    page.errors += [("", text) for text in wrong.get("", [])]
    return page


def _place(places: dict[str, str], key: str) -> str:
    """Return the field a fault is about: the rule's own, or the nearest one around it."""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key, "")


def fault_told(fault: Fault, terms: Terms | None = None) -> str:
    """Return what to do about a fault, with what the page calls the rule it disagrees with."""
    try:
        choices_of(fault.hint)
    except KeyError:
        return at_a_field(fault)
    return at_a_field(fault, named(fault.hint, *([terms] if terms else [])))


def faults_of(bad: BadTerms, more: Iterable[Fault]) -> list[Fault]:
    """Return faults once each, those found while reading the fields first."""
    seen: dict[str, Fault] = {}
    for fault in (*more, *bad.faults):
        seen.setdefault(fault.key, fault)
    return list(seen.values())


class _Painter:
    def __init__(
        self,
        data: Data,
        terms: Terms | None,
        wrong: dict[str, list[str]],
        errors: list[tuple[str, str]],
    ) -> None:
        self._data, self._terms, self._wrong, self._errors = data, terms, wrong, errors

    def paint(self, node: Node) -> Field | Part | Table:
        if isinstance(node, Leaf):
            return self._field(node)
        if isinstance(node, Blocks):
            return self._table(node)
        return self._part(node)

    def _note(self, name: str, target: str) -> list[str]:
        errors = self._wrong.get(name, [])
        self._errors += [(target, text) for text in errors]
        return errors

    def _field(self, leaf: Leaf) -> Field:
        name, data = leaf.place.name, self._data
        shown = Field(
            name,
            words.label_of(leaf.place.pattern, leaf.place.rule),
            words.help_of(leaf.place.pattern),
            answers=words.answers_of(leaf),
            chosen=data.get(f"{name}-how", ""),
            shape=leaf.shape or "",
            value=data.get(name, ""),
            has_clock=leaf.place.rule.startswith(("notice.", "cancelling."))
            or bool(data.get(f"{name}-clock")),
        )
        said = data.getlist(name)
        shown.ticks = [(tick, word, tick in said) for tick, word in words.tick_words(leaf)]
        if leaf.shape is Shape.SPAN:
            shown.spans = [self._span(name)]
        if leaf.shape is Shape.SPANS:
            shown.spans = [self._span(f"{name}-{number}") for number in range(leaf.rows)]
        if leaf.shape in (Shape.TEXT, Shape.LINES) and name not in self._wrong:
            shown.reading = reading(leaf.place.rule, shown.value)
        if self._terms is not None:
            shown.effect = effect_of(self._terms, leaf.place.rule)
        shown.errors = self._note(name, shown.target)
        return shown

    def _span(self, name: str) -> tuple[str, str, str, str]:
        return (
            name,
            self._data.get(f"{name}-amount", ""),
            self._data.get(f"{name}-unit", Unit.WEEKS.value),
            self._data.get(f"{name}-clock", ""),
        )

    def _part(self, node: Group) -> Part:
        place = node.place
        shown = Part(
            place.name,
            words.heading_of(place.pattern, place.rule),
            [self.paint(item) for item in node.items],
        )
        if node.is_optional:
            shown.answers = words.own_words(place.pattern)
            chosen = self._data.get(f"{place.name}-how", "")
            shown.chosen = chosen if chosen == OWN else shown.answers[0][0]
        return shown

    def _table(self, node: Blocks) -> Table:
        pattern = node.place.pattern
        word = words.block_word(pattern)
        entries = [
            self._entry(node, block, number, word) for number, block in enumerate(node.blocks)
        ]
        heading = words.heading_of(pattern, node.place.rule)
        return Table(node.place.name, heading, entries, _("Add one more: %(what)s", what=word))

    def _entry(self, node: Blocks, block: Block, number: int, word: str) -> Entry:
        is_named = node.place.rule in _NAMED
        typed = self._data.get(f"{block.place.name}-name", "")
        return Entry(
            block.place.name,
            _title(f"{word} {number + 1}", typed if is_named else ""),
            number,
            typed if is_named else block.called,
            [self.paint(item) for item in block.items],
            self._note(block.place.name, block.place.name),
            _("What is it called?") if is_named else "",
            [(name, setting_word(name)) for name in node.names],
        )


def _title(word: str, called: str) -> str:
    """Return the heading of a block, with its name where people gave it one."""
    if not called or called in set(Setting):
        return word
    return f"{word}: {own_word(called)}"


def unit_words() -> list[tuple[str, str]]:
    """Return what a span may be counted in."""
    said = {
        Unit.HOURS: _("hours"),
        Unit.DAYS: _("days"),
        Unit.WORKING_DAYS: _("working days"),
        Unit.WEEKS: _("weeks"),
        Unit.MONTHS: _("months"),
        Unit.YEARS: _("years"),
    }
    return [(unit.value, str(word)) for unit, word in said.items()]


def section_of(rule: str) -> Section | None:
    """Return the page a rule stands on, or None."""
    part = rule.split(".")[0]
    return next((section for section in SECTIONS.values() if part in section.parts), None)
