"""Nothing is kept without a rule that says how long, or a reason that says why."""

from importlib import import_module
from pathlib import Path

import pytest

from klippekort import app
from klippekort.domain.retention import CLOSING, Deed, Rule
from klippekort.oversight.queries.due import model_of
from klippekort.oversight.queries.rules import RULES
from klippekort.platform.db import Base
from klippekort.platform.tenancy import MunicipalityOwned

PACKAGE = Path(app.__file__).parent
OWNED = {
    str(mapper.local_table)
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, MunicipalityOwned)
}
RUN = [rule for rule in RULES if rule.is_run]


def test_every_table_of_a_municipality_has_a_rule_or_a_reason() -> None:
    assert OWNED - {rule.table for rule in RULES} == set()


def test_no_rule_is_for_a_table_there_is_not() -> None:
    assert {rule.table for rule in RULES} - set(Base.metadata.tables) == set()


def test_the_rules_of_every_feature_are_gathered() -> None:
    declared: list[Rule] = []
    for file in PACKAGE.glob("*/retention.py"):
        declared += getattr(import_module(f"klippekort.{file.parent.name}.retention"), "RULES", ())
    assert set(declared) == set(RULES)


def test_no_two_rules_share_a_name() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_what_is_kept_has_a_reason_and_what_a_job_does_has_its_job() -> None:
    jobs = {job.name for job in app.JOBS}
    for rule in RULES:
        assert (rule.deed is Deed.KEEP) == (rule.reason is not None), rule.table
        assert (rule.deed is Deed.BY_JOB) == bool(rule.job), rule.table
        assert not rule.job or rule.job in jobs, rule.job


@pytest.mark.parametrize("rule", RUN, ids=lambda rule: str(rule.name))
def test_a_rule_names_columns_that_are_there(rule: Rule) -> None:
    columns = model_of(rule.table).__table__.c
    assert set(rule.clears) <= set(columns.keys())
    assert rule.since == CLOSING or rule.since in columns
    assert rule.months > 0
    assert rule.whom or rule.since != CLOSING


def test_what_is_kept_of_a_citizen_is_not_free_text() -> None:
    """A sealed column goes with her key; words in clear need a rule of their own."""
    kept = {rule.table for rule in RULES if rule.deed is Deed.KEEP}
    cleared = {(rule.table, name) for rule in RULES for name in rule.clears}
    wordy = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        if table.name in kept and "citizen_id" in table.c
        for column in table.c
        if column.type.__class__.__name__ == "Text" and (table.name, column.name) not in cleared
    }
    assert wordy == set()
