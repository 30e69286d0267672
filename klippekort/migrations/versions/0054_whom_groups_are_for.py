"""Whom a group is for by relation and age, and what is told of those who wait for one."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_GROUP, _INTEREST = "support_group", "group_interest"
_RELATIONS = "relation in ('spouse','child','parent','sibling','friend')"


def upgrade() -> None:
    """Add the columns, empty: what was not said fits anybody."""
    for table, ages in ((_GROUP, ("youngest", "oldest")), (_INTEREST, ("age",))):
        known = _check(table, "known_relation", _RELATIONS)
        op.add_column(table, sa.Column("relation", sa.String(10), known, nullable=True))
        for age in ages:
            within = [_check(table, f"{age}_within_reason", f"{age} between 18 and 110")]
            if age == "oldest":
                within.append(_check(table, "youngest_before_oldest", "youngest <= oldest"))
            op.add_column(table, sa.Column(age, sa.SmallInteger(), *within, nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for table, column in (
        (_INTEREST, "age"),
        (_INTEREST, "relation"),
        (_GROUP, "oldest"),
        (_GROUP, "youngest"),
        (_GROUP, "relation"),
    ):
        op.drop_column(table, column)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))
