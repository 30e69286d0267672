"""Who may have a card, as a readable and/or rule over assessed facts.

A rule reads `hours_per_week >= 8 and (mobility == low or not has_network)`. A fact is a number, a
word, or yes/no. What nobody assessed is unknown: neither met nor not met.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from klippekort.domain.errors import DomainError

Facts = Mapping[str, str]
YES = frozenset({"yes", "ja", "true", "1"})
NO = frozenset({"no", "nej", "false", "0"})

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
    except (SyntaxError, ValueError) as error:
        raise BadRule(rule) from error
    _check(tree)
    return tree


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
        left, right = str(said).lower(), str(wanted[0]).lower()
    return Clause(text, fact, said, _COMPARE[type(op)](left, right))


def _same(text: str) -> float | str:
    """Return a value as it is compared: a number where it is one, else a word without case."""
    word = text.strip().lower()
    try:
        return float(word.replace(",", "."))
    except ValueError:
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


def read_facts(text: str) -> dict[str, str]:
    """Return the facts of `name=value;name=value`. Raises ValueError naming a part that is none."""
    facts = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not (equals and name.isidentifier() and value) or name in facts:
            raise ValueError(part)
        facts[name] = value
    return facts
