"""The papers of data protection that can be read out of the code itself, as Markdown."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from flask import Flask

from klippekort.citizens.forms.look_words import PURPOSES
from klippekort.domain.permissions import ALLOWED, Action, Role, Scope
from klippekort.domain.retention import CLOSING, Deed, Reason, Rule, Source
from klippekort.oversight.queries.rules import RULES
from klippekort.platform.auth import access_of
from klippekort.platform.db import Base

MADE = "This page is made by `klippekort papers`; a test finds it when it is old."
_DEEDS = {
    Deed.DELETE: "deleted",
    Deed.CLEAR: "emptied",
    Deed.ANONYMISE: "made anonymous",
    Deed.BY_JOB: "deleted by a job of its own",
}
_SOURCES = {
    Source.CASE: "the case is over and claims are out of time (GDPR 5(1)(e))",
    Source.NEED: "kept no longer than needed (GDPR 5(1)(e))",
    Source.SETTING: "the municipality has set it",
}
_REASONS = {
    Reason.SET_UP: "the municipality's own settings and words: about nobody",
    Reason.COUNTED: "figures and facts that lead to nobody once the citizen is forgotten",
    Reason.LEDGER: "the record of minutes: ids and numbers alone",
    Reason.PROOF: "proof of what was done, as the law asks",
    Reason.REGISTER: "those who work here or give their time, as long as they do",
    Reason.CALENDAR: "what is on, for everybody to read",
    Reason.NOBODY: "nothing in it leads to anybody: it was promised and built so",
}
# Who outside the municipality may be given something, and what.
RECIPIENTS = (
    ("Text gateway", "a telephone number and a message without health data", "docs/messages.md"),
    ("Mail server", "an e-mail address and the same message", "docs/messages.md"),
    ("Voice gateway", "a telephone number and a message, to be read aloud", "docs/messages.md"),
    ("Digital Post", "a person number and a message or letter", "docs/messages.md"),
    (
        "Whoever brings letters to Digital Post (if there is one)",
        "a person number and a letter",
        "docs/papers.md",
    ),
    (
        "Push services of browsers (if `KLIPPEKORT_PUSH_CONTACT` is set)",
        "the address a browser was given there, when, and a notice they cannot read; they are the "
        "browsers' makers, several of them outside the EU",
        "docs/messages.md",
    ),
    (
        "A supporter from outside",
        "what an administrator opens to them, for some hours, each page on record",
        "docs/sign-in.md",
    ),
    ("Identity provider", "that somebody logs in", "docs/sign-in.md"),
    ("Care record system", "decisions and letters, by the record's own id", "docs/record.md"),
    ("Route server (if set)", "two points rounded to ten metres, nothing else", "docs/travel.md"),
    ("Suppliers of home care", "their own citizens, in the program", "processor-supplier.md"),
    (
        "Associations and hosts",
        "first names of who comes, in the program",
        "processor-association.md",
    ),
)
# Fields of a citizen's page, and who it is shown to. A test opens the page as every role.
FIELDS: tuple[tuple[str, frozenset[Role]], ...] = (
    ("Name", frozenset({Role.ASSESSOR, Role.COORDINATOR, Role.PLANNER, Role.CARE_WORKER})),
    ("Person number, its last four hidden", frozenset({Role.ASSESSOR})),
    ("Address", frozenset({Role.ASSESSOR, Role.COORDINATOR, Role.PLANNER, Role.CARE_WORKER})),
    ("Phone", frozenset({Role.ASSESSOR, Role.COORDINATOR, Role.PLANNER, Role.CARE_WORKER})),
    (
        "Functional level",
        frozenset({Role.ASSESSOR, Role.COORDINATOR, Role.PLANNER, Role.CARE_WORKER}),
    ),
)
_SCOPES = {Scope.MUNICIPALITY: "all", Scope.SUPPLIER: "own supplier", Scope.OWN: "own"}


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(columns)
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def records(app: Flask) -> str:
    """Return the records of processing: purposes, tables, how long, and who is given what."""
    return "\n\n".join(
        (
            "# Records of processing",
            f"GDPR article 30, as the program itself declares it. {MADE}",
            "The municipality is the controller. Its own name, its data protection officer and its "
            "legal basis stand in the municipality's own record; a draft is in "
            "[the impact assessment](impact-assessment.md).",
            "## Purposes",
            "Every page that shows a citizen says what for; the look is on record with it.",
            _table(("Purpose", "As the citizen reads it", "Pages", "Roles"), _purposes(app)),
            "## What is kept, and how long",
            _table(("Table", "About", "What happens", "When", "Why"), _kept()),
            "## Recipients",
            _table(("Who", "What", "More"), RECIPIENTS),
            "## How it is guarded",
            "Sealed columns (AES-256-GCM, a key for each citizen; what is no citizen's, under the "
            "master key): "
            + ", ".join(f"`{name}`" for name in _sealed())
            + ". More in [security](../security.md).\n",
        )
    )


def _purposes(app: Flask) -> list[tuple[str, ...]]:
    pages: dict[str, set[str]] = defaultdict(set)
    roles: dict[str, set[str]] = defaultdict(set)
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is not None and access.purpose and access.action is not None:
            pages[access.purpose].add(rule.endpoint)
            roles[access.purpose] |= {str(role) for role in ALLOWED[access.action]}
    return [
        (
            f"`{name}`",
            _english(name),
            str(len(pages[name])),
            ", ".join(sorted(roles[name])),
        )
        for name in sorted(pages)
    ]


def _english(purpose: str) -> str:
    words = PURPOSES.get(purpose)
    return str(getattr(words, "_args", [purpose])[0]) if words is not None else purpose


def _kept() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for rule in sorted(RULES, key=lambda one: (one.table, one.name)):
        if rule.reason is not None:
            rows.append((f"`{rule.table}`", rule.what, "kept", "", _REASONS[rule.reason]))
            continue
        cleared = f" ({', '.join(rule.clears)})" if rule.clears else ""
        deed = _DEEDS[rule.deed] + cleared
        why = _SOURCES[rule.source]
        rows.append((f"`{rule.table}`", rule.what, deed, _when(rule), why))
    return rows


def _when(rule: Rule) -> str:
    if rule.deed is Deed.BY_JOB:
        return f"`{rule.job}`"
    since = "the case closed" if rule.since == CLOSING else f"`{rule.since}`"
    return f"{rule.months} months after {since}"


def _sealed() -> list[str]:
    return sorted(
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("_sealed", "_encrypted"))
    )


def who_may_what() -> str:
    """Return which role may do what, and how far."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    rows = [(f"`{action}`", *(_reach(action, role) for role in roles)) for action in sorted(Action)]
    return "\n\n".join(
        (
            "# Who may do what",
            f"From `klippekort/domain/permissions.py`; what is not here is refused. {MADE}",
            _table(("Action", *(f"{role}" for role in roles)), rows) + "\n",
        )
    )


def _reach(action: Action, role: Role) -> str:
    scope = ALLOWED[action].get(role)
    return _SCOPES[scope] if scope is not None else ""


def who_sees_what() -> str:
    """Return which field of a citizen's page each role sees."""
    roles = [
        Role.ASSESSOR,
        Role.COORDINATOR,
        Role.PLANNER,
        Role.CARE_WORKER,
        Role.ADMINISTRATOR,
        Role.VOLUNTEER,
    ]
    rows = [(name, *("yes" if role in seen else "" for role in roles)) for name, seen in FIELDS]
    return "\n\n".join(
        (
            "# Who sees which field",
            f"The page of a citizen, as each role gets it. {MADE}",
            _table(("Field", *(str(role) for role in roles)), rows),
            "A planner sees the citizens of their own supplier, a care worker those of their own "
            "district. A protected address takes a click that is on record. Nobody sees a whole "
            "person number.\n",
        )
    )


PAPERS: dict[str, Callable[[Flask], str]] = {
    "records-of-processing.md": records,
    "who-may-what.md": lambda _app: who_may_what(),
    "who-sees-what.md": lambda _app: who_sees_what(),
}
