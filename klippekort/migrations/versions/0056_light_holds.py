"""On SQLite a hold moves what is held and no more, so that no index of open lots is written."""

from collections.abc import Iterable

from alembic import op

from klippekort.migrations.ledger_walls import TOTALS, effect, undone_kind
from klippekort.migrations.walls import is_postgresql

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_LIGHT = "new.kind in ('hold', 'release')"


def upgrade() -> None:
    """Give holds a trigger of their own: SQLite writes an index of every column that is named."""
    if is_postgresql():
        return
    op.execute("drop trigger punch_entry_moves_lot")
    _moves("punch_entry_moves_lot", f"when not {_LIGHT}", TOTALS)
    _moves("punch_entry_holds_lot", f"when {_LIGHT}", ["held"])


def downgrade() -> None:
    """Let one trigger move every total again."""
    if is_postgresql():
        return
    for trigger in ("punch_entry_holds_lot", "punch_entry_moves_lot"):
        op.execute(f"drop trigger {trigger}")
    _moves("punch_entry_moves_lot", "", TOTALS)


def _moves(trigger: str, when: str, totals: Iterable[str]) -> None:
    moved = {
        total: f"{total} + {effect(total, 'new.kind', undone_kind('new'), 'new.minutes')}"
        for total in totals
    } | {"moved_by": "new.seq"}
    moves = ", ".join(f"{column} = {value}" for column, value in moved.items())
    op.execute(
        f"create trigger {trigger} after insert on punch_entry {when} begin "
        f"update punch_lot set {moves} "
        "where municipality_id = new.municipality_id and id = new.lot_id; end"
    )
