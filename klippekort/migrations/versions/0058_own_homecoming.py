"""When each of several who rode was home, and going on after a wait as a thing that tablets tell."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_BEFORE = "kind in ('start','finish','cancel','note','book','happened','notice')"
_AFTER = "kind in ('start','finish','cancel','note','book','happened','notice','resume')"


def upgrade() -> None:
    """Make room for both; who was home when is not known of trips that are over."""
    op.add_column("trip_rider", sa.Column("ended_at", walls.instant(), nullable=True))
    _let_intents_be(_BEFORE, _AFTER)


def downgrade() -> None:
    """Take both away again, with what tablets told of going on."""
    _let_intents_be(_AFTER, _BEFORE)
    op.drop_column("trip_rider", "ended_at")


def _let_intents_be(was: str, becomes: str) -> None:
    """Hold what tablets tell to these kinds; others that were told go, with a step back."""
    if not walls.is_postgresql():
        _remake_intents(was, becomes)
        return
    op.drop_constraint(op.f("ck_intent_known_kind"), "intent")
    with walls.whole_table("intent"):
        op.execute("alter table intent disable trigger user")
        op.execute(f"delete from intent where not ({becomes})")
        op.execute("alter table intent enable trigger user")
    op.create_check_constraint(op.f("ck_intent_known_kind"), "intent", becomes)


def _remake_intents(was: str, becomes: str) -> None:
    """Make the table anew, as SQLite asks when a check changes, with its indexes and triggers."""
    told = "select type, sql from sqlite_master where tbl_name = 'intent' and sql is not null"
    made = op.get_bind().exec_driver_sql(told).all()
    table = next(sql for kind, sql in made if kind == "table")
    columns = table.partition("(")[2]
    if was not in columns:
        raise RuntimeError("the table of intents is not as it was made")
    op.execute(f"create table intent_anew ({columns.replace(was, becomes)}")
    op.execute(f"insert into intent_anew select * from intent where {becomes}")
    op.drop_table("intent")
    op.rename_table("intent_anew", "intent")
    for kind, sql in made:
        if kind != "table":
            op.execute(sql)
