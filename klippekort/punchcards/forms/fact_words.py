"""Who may have a card, in words: rules over facts as people say them."""

from collections.abc import Sequence

from babel.numbers import format_decimal

from klippekort.domain.eligibility import (
    NO,
    YES,
    BadRule,
    Facts,
    Test,
    Tests,
    holds,
    one_and_another,
    outline,
)
from klippekort.domain.schemes import UNDECIDED
from klippekort.platform.formatting import first_up
from klippekort.platform.i18n import _, current_locale
from klippekort.punchcards.forms.own_words import AMOUNTS, NAMES, VALUES, YES_NO, spaced


def rule_in_words(rule: str) -> str:
    """Return a rule over facts as a sentence; nothing for one that is empty or cannot be read."""
    if rule.strip() in ("", UNDECIDED):
        return _("Not decided") if rule.strip() else ""
    return first_up(_in_words(rule))


def need_in_words(rule: str, known: Facts) -> str:
    """Return what a trip requires of the citizen, and what is known of that."""
    said = [_("The trip requires: %(rule)s.", rule=_in_words(rule))]
    if known:
        said.append(_("What is known: %(facts)s.", facts=facts_in_words(known)))
    if not known:
        said.append(_("It has not been assessed."))
    elif holds(rule, known) is None:
        said.append(_("The rest has not been assessed."))
    return " ".join(said)


def _in_words(rule: str) -> str:
    try:
        return _part(outline(rule), 0)
    except BadRule:
        return ""


def fits_and_not(rule: str) -> str:
    """Return whom a rule fits and whom it does not, as it judges them itself; nothing where it is
    empty, or fits all or nobody.
    """
    try:
        found = one_and_another(rule) if rule.strip() not in ("", UNDECIDED) else None
    except BadRule:
        found = None
    if found is None:
        return ""
    one, another = found
    return _(
        "It fits one of whom we know: %(one)s. It does not fit: %(another)s.",
        one=facts_in_words(one),
        another=facts_in_words(another),
    )


def facts_in_words(facts: Facts) -> str:
    """Return what is known about a citizen."""
    return ", ".join(_test(Test(fact, "==", (said,))) for fact, said in facts.items())


def _part(part: Test | Tests, depth: int) -> str:
    if isinstance(part, Test):
        return _test(part)
    *before, last = (_part(inner, depth + 1) for inner in part.parts)
    said = {"first": ", ".join(before), "last": last}
    if depth == 0:
        return (
            _("%(first)s, or %(last)s", **said)
            if part.is_any
            else _("%(first)s, and %(last)s", **said)
        )
    if depth == 1:
        return (
            _("either %(first)s or %(last)s", **said)
            if part.is_any
            else _("both %(first)s and %(last)s", **said)
        )
    return (
        _("(%(first)s or %(last)s)", **said)
        if part.is_any
        else _("(%(first)s and %(last)s)", **said)
    )


def _test(test: Test) -> str:
    """Return one condition: of yes and no, of an amount, or of words."""
    word = test.words[0].lower()
    known = YES_NO.get(test.fact)
    if test.op in ("==", "!=") and word in YES | NO and not _is_counted(test, word):
        is_yes = (word in YES) is (test.op == "==")
        if known is not None:
            return str(known[0 if is_yes else 1])
        name = _name(test.fact)
        return name if is_yes else _("not %(what)s", what=name)
    if test.fact in AMOUNTS and _is_number(word):
        return str(AMOUNTS[test.fact]) % {"amount": _amount(test)}
    return _("%(fact)s: %(what)s", fact=_name(test.fact), what=_amount(test))


def _is_counted(test: Test, word: str) -> bool:
    """Say whether a 1 or 0 is a number, not a yes or no: the fact is counted or has a name."""
    return _is_number(word) and (test.fact in AMOUNTS or test.fact in NAMES)


def _amount(test: Test) -> str:
    """Return what a fact is compared with, and how."""
    first = _value(test.words[0])
    match test.op:
        case "<":
            return _("under %(number)s", number=first)
        case "<=":
            return _("at most %(number)s", number=first)
        case ">":
            return _("more than %(number)s", number=first)
        case ">=":
            return _("at least %(number)s", number=first)
        case "!=" | "not in":
            *before, last = (_value(word) for word in test.words)
            if before:
                return _("neither %(first)s nor %(last)s", first=", ".join(before), last=last)
            return _("not %(what)s", what=last)
    return _one_of(test.words)


def _one_of(words: Sequence[str]) -> str:
    *before, last = (_value(word) for word in words)
    return _("%(first)s or %(last)s", first=", ".join(before), last=last) if before else last


def _value(word: str) -> str:
    if _is_number(word):
        return format_decimal(word.replace(",", "."), locale=current_locale())
    known = VALUES.get(word.lower())
    return str(known) if known else spaced(word)


def _name(fact: str) -> str:
    known = NAMES.get(fact)
    return str(known) if known else spaced(fact)


def _is_number(word: str) -> bool:
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return False
    return abs(number) < 1e12


def fact_asked(fact: str) -> str:
    """Return a fact as a form asks for it: as it reads where it is yes, or by its name."""
    if fact in AMOUNTS:
        return _("How much? %(what)s", what=str(AMOUNTS[fact]) % {"amount": "…"})
    known = YES_NO.get(fact)
    return first_up(str(known[0]) if known else _name(fact))


def value_in_words(said: str) -> str:
    """Return what is known of a fact."""
    return _value(said)
