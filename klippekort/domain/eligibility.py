"""Who may have a card, as a readable and/or rule over assessed facts.

A rule reads `hours_per_week >= 8 and (mobility == low or not has_network)`. A fact is a number, a
word, or yes/no. What nobody assessed is unknown: neither met nor not met.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import isfinite, nan, prod
from typing import Any

from klippekort.domain.errors import DomainError

Facts = Mapping[str, str]
YES = frozenset({"yes", "ja", "true", "1"})
NO = frozenset({"no", "nej", "false", "0"})

_WORD, _LAST_WORD = re.compile(r"\s*(?:\w+|[^\w\s]+)"), re.compile(r"\S+\s*$")
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass
class BadRule(DomainError):
    """The rule cannot be read: `near` is the part that is wrong."""

    near: str


@dataclass(frozen=True)
class Clause:
    """One condition of a rule, what the fact says, and whether it holds (None: not assessed)."""

    condition: str
    fact: str
    said: str | None
    holds: bool | None


@lru_cache(maxsize=512)
def parse(rule: str) -> ast.expr:
    """Return the rule's tree. Raises BadRule when it is not such a rule."""
    try:
        tree = ast.parse(rule.strip(), mode="eval").body
        _check(tree)
    except SyntaxError as error:
        raise BadRule(_near(error, rule.strip())) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadRule(rule) from error
    return tree


def _near(error: SyntaxError, rule: str) -> str:
    """Return the word at which a rule stops being one, its last where it only lacks an end."""
    lines = rule.split("\n")
    number, offset = error.lineno or 0, error.offset or 0
    is_inside = 0 < number <= len(lines) and offset > 0
    line = lines[number - 1 if is_inside else -1]
    found = (is_inside and _WORD.match(line, offset - 1)) or _LAST_WORD.search(line)
    return found[0].strip() if found else rule


def _check(node: ast.expr) -> None:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check(operand)
        case ast.Name():
            pass
        case ast.Compare(left=ast.Name(), ops=[op], comparators=[right]):
            is_list = isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List)
            if not (is_list or type(op) in _COMPARE):
                raise BadRule(ast.unparse(node))
            _values(right)
        case _:
            raise BadRule(ast.unparse(node))


def _values(node: ast.expr) -> list[str]:
    match node:
        case ast.Name(id=word):
            return [word]
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return [("yes" if value else "no") if isinstance(value, bool) else str(value)]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [value for part in parts for value in _values(part)]
    raise BadRule(ast.unparse(node))


def holds(rule: str, facts: Facts) -> bool | None:
    """Say whether the facts meet the rule; None when what is known does not settle it.

    An empty rule is met by all, and so is one nobody has decided. Raises BadRule.
    """
    return _holds(parse(rule), facts) if rule.strip() not in ("", "undecided") else True


def _holds(node: ast.expr, facts: Facts) -> bool | None:
    match node:
        case ast.BoolOp(op=op, values=values):
            found = [_holds(value, facts) for value in values]
            deciding = isinstance(op, ast.Or)
            if deciding in found:
                return deciding
            return None if None in found else not deciding
        case ast.UnaryOp(operand=operand):
            inner = _holds(operand, facts)
            return None if inner is None else not inner
    return _clause(node, facts).holds


def _clause(node: ast.expr, facts: Facts) -> Clause:
    if isinstance(node, ast.Name):
        said = facts.get(node.id)
        return Clause(node.id, node.id, said, None if said is None else said.lower() in YES)
    if not (isinstance(node, ast.Compare) and isinstance(node.left, ast.Name)):
        raise BadRule(ast.unparse(node))
    fact, op, wanted = node.left.id, node.ops[0], _values(node.comparators[0])
    said = facts.get(fact)
    text = ast.unparse(node)
    if said is None:
        return Clause(text, fact, None, None)
    if isinstance(op, ast.In | ast.NotIn):
        among = _same(said) in [_same(word) for word in wanted]
        return Clause(text, fact, said, among is isinstance(op, ast.In))
    left, right = _same(said), _same(wanted[0])
    if isinstance(left, float) is not isinstance(right, float):
        if type(op) not in (ast.Eq, ast.NotEq):
            return Clause(text, fact, said, None)  # more or less than a number, no word is
        left, right = str(said).lower(), str(wanted[0]).lower()
    return Clause(text, fact, said, _COMPARE[type(op)](left, right))


def _same(text: str) -> float | str:
    """Return a value as it is compared: a number where it is one, else a word without case."""
    word = text.strip().lower()
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        number = nan
    if isfinite(number):
        return number
    return "yes" if word in YES else "no" if word in NO else word


def clauses(rule: str, facts: Facts) -> list[Clause]:
    """Return each condition of the rule with what the facts say of it: the explanation. What must
    not be is a condition that says so.
    """
    return list(_walk(parse(rule), facts)) if rule.strip() not in ("", "undecided") else []


def _walk(node: ast.expr, facts: Facts, *, is_not: bool = False) -> Iterator[Clause]:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _walk(value, facts, is_not=is_not)
        case ast.UnaryOp(operand=operand):
            yield from _walk(operand, facts, is_not=not is_not)
        case _:
            found = _clause(node, facts)
            if is_not:
                met = None if found.holds is None else not found.holds
                found = Clause(f"not {found.condition}", found.fact, found.said, met)
            yield found


def missing(rule: str, facts: Facts) -> list[Clause]:
    """Return only the conditions by which a rule is not met, or not settled: none of a part that is
    met as a whole. Raises BadRule.
    """
    if rule.strip() in ("", "undecided"):
        return []
    return list(_missing(parse(rule), facts))


def _missing(node: ast.expr, facts: Facts, *, is_not: bool = False) -> Iterator[Clause]:
    found = _holds(node, facts)
    if found is not None and found is not is_not:
        return
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _missing(value, facts, is_not=is_not)
        case ast.UnaryOp(operand=operand):
            yield from _missing(operand, facts, is_not=not is_not)
        case _:
            yield from _walk(node, facts, is_not=is_not)


def facts_in(rule: str) -> dict[str, tuple[str, ...]]:
    """Return the facts a rule asks about, each with the values it is compared with as they are
    written: none for a fact that is yes or no. Raises BadRule.
    """
    found: dict[str, tuple[str, ...]] = {}
    if rule.strip() in ("", "undecided"):
        return found
    for fact, values in _asked(parse(rule)):
        found[fact] = tuple(dict.fromkeys((*found.get(fact, ()), *values)))
    return found


def _asked(node: ast.expr) -> Iterator[tuple[str, list[str]]]:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _asked(value)
        case ast.UnaryOp(operand=operand):
            yield from _asked(operand)
        case ast.Name(id=name):
            yield name, []
        case ast.Compare(left=ast.Name(id=name), comparators=[right]):
            values_said = _values(right)
            is_yes_no = all(_same(value) in ("yes", "no") for value in values_said)
            yield name, [] if is_yes_no else values_said


@dataclass(frozen=True)
class Test:
    """One condition on a fact, with nothing before it that turns it round: `op` is one of `==`,
    `!=`, `<`, `<=`, `>`, `>=`, `in` and `not in`, and a fact by itself is `== yes`.
    """

    fact: str
    op: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Tests:
    """Conditions of which all must hold, or any where `is_any`."""

    is_any: bool
    parts: tuple["Test | Tests", ...]


_SIGNS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", ">="),
    ast.LtE: ("<=", ">"),
    ast.Gt: (">", "<="),
    ast.GtE: (">=", "<"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}


def outline(rule: str) -> Test | Tests:
    """Return a rule as what must hold, each "not" taken into the conditions it is about. Raises
    BadRule, for an empty rule too.
    """
    return _outline(parse(rule), is_not=False)


def _outline(node: ast.expr, *, is_not: bool) -> Test | Tests:
    match node:
        case ast.UnaryOp(operand=operand):
            return _outline(operand, is_not=not is_not)
        case ast.BoolOp(op=op, values=values):
            is_any = isinstance(op, ast.Or) is not is_not
            parts = [_outline(value, is_not=is_not) for value in values]
            return Tests(is_any, tuple(_joined(is_any, parts)))
        case ast.Compare(left=ast.Name(id=fact), ops=[op], comparators=[right]):
            return Test(fact, _SIGNS[type(op)][is_not], tuple(_values(right)))
    return Test(_clause(node, {}).fact, "!=" if is_not else "==", ("yes",))


def _joined(is_any: bool, parts: list[Test | Tests]) -> Iterator[Test | Tests]:
    """Yield parts, those of a group like the one they stand in by themselves."""
    for part in parts:
        if isinstance(part, Tests) and part.is_any is is_any:
            yield from part.parts
        else:
            yield part


OTHER = "other"
_MOST_TRIED = 2_000


def one_and_another(rule: str) -> tuple[Facts, Facts] | None:
    """Return facts that meet a rule, and the same but for one fact, which do not. A word no
    condition names is `OTHER`. None where there are none such, or too many to try. Raises BadRule.
    """
    known: dict[str, list[str]] = {}
    for test in _each(outline(rule)):
        said = known.setdefault(test.fact, [])
        said += [word for word in _worth_trying(test) if word not in said]
    if prod(len(words) for words in known.values()) > _MOST_TRIED:
        return None
    for words in product(*known.values()):
        facts = dict(zip(known, words, strict=True))
        if holds(rule, facts):
            for fact, others in known.items():
                for other in others:
                    if holds(rule, facts | {fact: other}) is False:
                        return facts, facts | {fact: other}
    return None


def _each(part: Test | Tests) -> Iterator[Test]:
    if isinstance(part, Test):
        yield part
    else:
        for inner in part.parts:
            yield from _each(inner)


def _worth_trying(test: Test) -> list[str]:
    """Return what a fact may say, on either side of a condition."""
    if set(test.words) <= YES | NO:
        return ["yes", "no"] if test.op == "==" else ["no", "yes"]
    tried = []
    for word in test.words:
        number = _same(word)
        around = [number, number - 1, number + 1] if isinstance(number, float) else []
        tried += [f"{one:g}" for one in around if one >= 0] or [word]
    return tried if all(isinstance(_same(word), float) for word in tried) else [*tried, OTHER]


def read_facts(text: str) -> dict[str, str]:
    """Return the facts of `name=value;name=value`. Raises ValueError naming a part that is none."""
    facts = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not (equals and name.isidentifier() and value) or name in facts:
            raise ValueError(part)
        facts[name] = value
    return facts
