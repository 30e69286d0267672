"""Terms as the fields of a form, and back, by the types of the terms themselves.

A rule may be several fields: how it is answered (a choice, with "undecided" as one of them) and the
number, time or span that goes with the choice. Named tables are blocks that are counted.
"""

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from werkzeug.datastructures import MultiDict

from klippekort.domain.schemes import UNDECIDED, Fault, Setting, Span, Terms, Undecided, Unit, Wrong
from klippekort.domain.schemes.codec import hints

NONE, VALUE, YES, NO, OWN = "absent", "value", "yes", "no", "own"
LONGEST_COUNT = 4
MOST_BLOCKS = 40
# Text that says "undecided" where nobody has decided it.
_OPEN_TEXTS = frozenset({"law.basis"})

Data = MultiDict[str, str]


class Shape(StrEnum):
    """What a field takes beside a choice."""

    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    SPAN = "span"
    SPANS = "spans"
    TEXT = "text"
    LINES = "lines"
    TICKS = "ticks"


_SHAPES: dict[Any, Shape] = {
    int: Shape.WHOLE,
    float: Shape.NUMBER,
    date: Shape.DATE,
    time: Shape.TIME,
    Span: Shape.SPAN,
    str: Shape.TEXT,
}
# A number, day or time that may be absent is absent when nothing is written.
_EMPTY_IS_NONE = frozenset({Shape.WHOLE, Shape.NUMBER, Shape.DATE, Shape.TIME})


@dataclass(frozen=True)
class Place:
    """Where something stands: its dotted rule, the rule with * for names, its field's name."""

    rule: str
    pattern: str
    name: str

    def inside(self, part: str) -> "Place":
        """Return the place of a part."""
        return Place(f"{self.rule}.{part}", f"{self.pattern}.{part}", f"{self.name}-{part}")

    def block(self, number: int, called: str) -> "Place":
        """Return the place of a block. A dot in its name, which is refused, parts no rule."""
        rule = f"{self.rule}.{called.replace('.', '_')}"
        return Place(rule, f"{self.pattern}.*", f"{self.name}-{number}")


@dataclass(frozen=True)
class Leaf:
    """A rule: the choices it has (`modes`), what is written beside them, and what can be ticked."""

    place: Place
    modes: tuple[str, ...] = ()
    shape: Shape | None = None
    ticks: tuple[str, ...] = ()
    enum: str = ""
    may_be_empty: bool = False
    rows: int = 0


@dataclass(frozen=True)
class Group:
    """Rules that belong together; an optional group may be as elsewhere."""

    place: Place
    items: tuple["Node", ...]
    is_optional: bool = False


@dataclass(frozen=True)
class Block:
    """One entry of a named table; `called` is its name."""

    place: Place
    called: str
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Blocks:
    """A named table, one more of which can be added."""

    place: Place
    blocks: tuple[Block, ...]
    names: tuple[str, ...] = ()


Node = Leaf | Group | Blocks


def root(name: str) -> tuple[Any, Place]:
    """Return the type and the place of a part of the terms."""
    return hints(Terms)[name], Place(name, name, name)


def _arms(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _is_table(kind: Any) -> bool:
    return is_dataclass(kind) and kind is not Span


def _is_words(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _leaf(kind: Any, place: Place, rows: int = 0) -> Leaf:
    """Return how a rule of this type is asked."""
    modes: list[str] = []
    shape, ticks, enum = None, (), ""
    for arm in _arms(kind):
        if arm is bool:
            modes += [YES, NO]
        elif get_origin(arm) is tuple:
            inner = get_args(arm)[0]
            if _is_words(inner):
                shape, ticks = Shape.TICKS, tuple(word.value for word in inner)
            else:
                shape = Shape.SPANS if inner is Span else Shape.LINES
        elif arm in _SHAPES:
            shape = _SHAPES[arm]
        elif _is_words(arm) and arm is not Undecided:
            enum = arm.__name__
            modes += [word.value for word in arm if word.value != UNDECIDED]
    optional = type(None) in _arms(kind)
    is_open = place.pattern in _OPEN_TEXTS or any(
        _is_words(arm) and UNDECIDED in set(arm) for arm in _arms(kind)
    )
    may_be_empty = optional and not modes and not is_open and shape in _EMPTY_IS_NONE
    if shape is not None and (modes or is_open or (optional and not may_be_empty)):
        modes.append(VALUE)
    if (optional and not may_be_empty) or shape is Shape.SPANS:
        modes.append(NONE)
    if is_open:
        modes.append(UNDECIDED)
    return Leaf(place, tuple(modes), shape, ticks, enum, may_be_empty, rows)


def tree(kind: Any, place: Place, data: Data) -> Node:
    """Return the fields of a type, as many blocks of each table as the data hold."""
    if _is_table(kind):
        return Group(place, tuple(_parts(kind, place, data)))
    tables = [arm for arm in _arms(kind) if _is_table(arm)]
    if tables:
        return Group(place, tuple(_parts(tables[0], place, data)), is_optional=True)
    if get_origin(kind) is dict:
        return _blocks(get_args(kind)[1], place, data)
    return _leaf(kind, place, _count(data, place.name))


def _parts(kind: Any, place: Place, data: Data) -> Iterator[Node]:
    known = hints(kind)
    for part in fields(kind):
        yield tree(known[part.name], place.inside(part.name), data)


def is_count(said: str) -> bool:
    """Say whether this is a small number as a form of ours writes it."""
    return said.isascii() and said.isdigit() and len(said) <= LONGEST_COUNT


def _count(data: Data, name: str) -> int:
    said = data.get(f"{name}-count", "0")
    return min(int(said), MOST_BLOCKS) if is_count(said) else 0


def _blocks(kind: Any, place: Place, data: Data) -> Blocks:
    blocks: list[Block] = []
    taken: set[str] = set()
    numbers = range(_count(data, place.name))
    said = [data.get(f"{place.name}-{number}-name", "").strip() for number in numbers]
    for number, called in zip(numbers, said, strict=True):
        name = called or next(
            str(free) for free in range(1, 99) if str(free) not in (*said, *taken)
        )
        taken.add(name)
        inner = place.block(number, name)
        if kind is str:
            leaf = _leaf(str, Place(inner.rule, inner.pattern, f"{inner.name}-text"))
            items: tuple[Node, ...] = (leaf,)
        else:
            items = tuple(_parts(kind, inner, data))
        blocks.append(Block(inner, name, items))
    names = tuple(Setting) if place.rule == "settings" else ()
    return Blocks(place, tuple(blocks), names)


def nodes_of(names: Iterable[str], data: Data) -> dict[str, Node]:
    """Return the fields of parts of the terms by the part's name."""
    return {name: tree(*root(name), data) for name in names}


def written(terms: Terms, names: Iterable[str]) -> Data:
    """Return parts of the terms as the fields that show them."""
    data: Data = MultiDict()
    for name in names:
        _write(hints(Terms)[name], getattr(terms, name), name, data)
    return data


def _write(kind: Any, value: Any, name: str, data: Data) -> None:
    tables = [arm for arm in _arms(kind) if _is_table(arm)]
    if tables:
        if not _is_table(kind):
            data[f"{name}-how"] = NONE if value is None else OWN
            value = tables[0]() if value is None else value
        known = hints(tables[0])
        for part in fields(tables[0]):
            _write(known[part.name], getattr(value, part.name), f"{name}-{part.name}", data)
    elif get_origin(kind) is dict:
        data[f"{name}-count"] = str(len(value))
        for number, (called, inner) in enumerate(value.items()):
            data[f"{name}-{number}-name"] = called
            suffix = "-text" if isinstance(inner, str) else ""
            _write(get_args(kind)[1], inner, f"{name}-{number}{suffix}", data)
    else:
        pattern = name.replace("-", ".")
        _write_leaf(_leaf(kind, Place(pattern, pattern, name)), value, data)


def _write_leaf(leaf: Leaf, value: Any, data: Data) -> None:
    name = leaf.place.name
    if leaf.modes:
        data[f"{name}-how"] = _mode(leaf, value)
    if value is None or isinstance(value, bool) or (leaf.modes and value == UNDECIDED):
        return
    if isinstance(value, Span):
        _write_span(name, value, data)
    elif leaf.shape is Shape.SPANS:
        data[f"{name}-count"] = str(len(value))
        for number, span in enumerate(value):
            _write_span(f"{name}-{number}", span, data)
    elif leaf.shape is Shape.TICKS:
        data.setlist(name, [word.value for word in value])
    elif leaf.shape is Shape.LINES:
        data[name] = "\n".join(value)
    elif leaf.shape is Shape.NUMBER:
        data[name] = f"{value:g}".replace(".", ",")
    elif leaf.shape is not None and not isinstance(value, StrEnum):
        data[name] = value.strftime("%H:%M") if isinstance(value, time) else str(value)


def _mode(leaf: Leaf, value: Any) -> str:
    if value is None or (leaf.shape is Shape.SPANS and not value):
        return NONE
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, StrEnum) or (value == UNDECIDED and UNDECIDED in leaf.modes):
        return str(value)
    return VALUE


def _write_span(name: str, span: Span, data: Data) -> None:
    data[f"{name}-amount"], data[f"{name}-unit"] = str(span.amount), span.unit.value
    data[f"{name}-clock"] = f"{span.clock:%H:%M}" if span.clock else ""


@dataclass
class Read:
    """What was read from fields: plain data, and where each rule stands on the page."""

    plain: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


_ABSENT = object()


def understood(nodes: dict[str, Node], data: Data) -> Read:
    """Return what the fields of parts of the terms say, as plain data the terms are read from."""
    read = Read()
    for name, node in nodes.items():
        said = _said(node, data, read)
        read.plain[name] = None if said is _ABSENT else said
    return read


def _said(node: Node, data: Data, read: Read) -> Any:
    read.places[node.place.rule] = node.place.name
    if isinstance(node, Leaf):
        return _leaf_said(node, data, read)
    if isinstance(node, Blocks):
        return _blocks_said(node, data, read)
    if node.is_optional and data.get(f"{node.place.name}-how", NONE) != OWN:
        return _ABSENT
    return _items_said(node.items, data, read)


def _items_said(items: tuple[Node, ...], data: Data, read: Read) -> dict[str, Any]:
    said = {item.place.rule.rpartition(".")[2]: _said(item, data, read) for item in items}
    return {name: value for name, value in said.items() if value is not _ABSENT}


def _blocks_said(node: Blocks, data: Data, read: Read) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for block in node.blocks:
        if block.called in said:
            fault = Fault(block.place.rule, Wrong.CONTRADICTION, block.called, node.place.rule)
            read.faults.append(fault)
        read.places[block.place.rule] = block.place.name
        read.places[f"{node.place.rule}.{block.called}"] = block.place.name
        is_text = len(block.items) == 1 and block.items[0].place.rule == block.place.rule
        if is_text:
            said[block.called] = data.get(f"{block.place.name}-text", "").strip()
        else:
            said[block.called] = _items_said(block.items, data, read)
    return said


def _leaf_said(leaf: Leaf, data: Data, read: Read) -> Any:
    mode = data.get(f"{leaf.place.name}-how", "") if leaf.modes else VALUE
    if mode == NONE and NONE in leaf.modes:
        return [] if leaf.shape is Shape.SPANS else _ABSENT
    if mode in (YES, NO) and mode in leaf.modes:
        return mode == YES
    if mode == VALUE and leaf.shape is not None:
        return _value_said(leaf, data, read)
    return mode


def _value_said(leaf: Leaf, data: Data, read: Read) -> Any:
    name, text = leaf.place.name, data.get(leaf.place.name, "").strip()
    match leaf.shape:
        case Shape.TICKS:
            said = data.getlist(name)
            return [word for word in leaf.ticks if word in said]
        case Shape.LINES:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Shape.SPAN:
            return _span_said(name, data)
        case Shape.SPANS:
            return [_span_said(f"{name}-{number}", data) for number in range(leaf.rows)]
        case Shape.WHOLE | Shape.NUMBER if text or not leaf.may_be_empty:
            return _number_said(leaf, text, read)
    if not text and leaf.may_be_empty:
        return _ABSENT
    return text


def _number_said(leaf: Leaf, text: str, read: Read) -> Any:
    try:
        return int(text) if leaf.shape is Shape.WHOLE else float(text.replace(",", "."))
    except ValueError:
        wrong = Wrong.NOT_WHOLE if leaf.shape is Shape.WHOLE else Wrong.NOT_A_NUMBER
        read.faults.append(Fault(leaf.place.rule, wrong, text))
        return _ABSENT


def _span_said(name: str, data: Data) -> str:
    amount = data.get(f"{name}-amount", "").strip()
    unit = data.get(f"{name}-unit", Unit.WEEKS.value)
    clock = data.get(f"{name}-clock", "").strip()
    return f"{amount} {unit}" + (f" before {clock}" if clock else "")


def with_row(data: Data, name: str) -> Data:
    """Return the fields with one more, empty, block or span in a table."""
    more = data.copy()
    more[f"{name}-count"] = str(min(_count(data, name) + 1, MOST_BLOCKS))
    return more


def without_row(data: Data, name: str, number: int) -> Data:
    """Return the fields without one block or span of a table; those after it move up."""
    count = _count(data, name)
    if not 0 <= number < count:
        return data
    less: Data = MultiDict()
    for key, values in data.lists():
        rest = key.removeprefix(f"{name}-")
        which, dash, part = rest.partition("-")
        if rest == key or not is_count(which) or int(which) < number:
            less.setlist(key, values)
        elif int(which) > number:
            less.setlist(f"{name}-{int(which) - 1}{dash}{part}", values)
    less[f"{name}-count"] = str(count - 1)
    return less
