"""The triggers that hold a lot's totals to its newest entry, at the same cost for the thousandth.

`moved_by` is the number of the entry that moved the totals last. On SQLite a lot may change only by
the effect of a later entry of its own. As every entry moves its lot when it is written, none is
ever left over to move it a second time, and no sum over the lot's whole history is needed.
"""

from alembic import op

from klippekort.migrations import ledger_walls
from klippekort.migrations.ledger_walls import TOTALS, effect, undone_kind
from klippekort.migrations.walls import is_postgresql

_MY_LOT = "where municipality_id = new.municipality_id and id = new.lot_id"
_FRESH = " or ".join(f"new.{total} <> 0" for total in (*TOTALS, "moved_by"))


def build() -> None:
    """Put these triggers in the place of those that add a lot's entries up."""
    ledger_walls.drop()
    moved = {
        total: f"{total} + {effect(total, 'new.kind', undone_kind('new'), 'new.minutes')}"
        for total in TOTALS
    } | {"moved_by": "new.seq"}
    moves = ", ".join(f"{column} = {value}" for column, value in moved.items())
    move = f"update punch_lot set {moves} {_MY_LOT}"
    if is_postgresql():
        _backfill_postgresql()
        _build_postgresql(move)
    else:
        op.execute(_BACKFILL)
        _build_sqlite(move)


_BACKFILL = """update punch_lot set moved_by = coalesce((
    select max(e.seq) from punch_entry e
    where e.municipality_id = punch_lot.municipality_id and e.lot_id = punch_lot.id), 0)"""


def _backfill_postgresql() -> None:
    """Number the lots of every municipality: the owner must see them all for that."""
    for table in ("punch_lot", "punch_entry"):
        op.execute(f"alter table {table} no force row level security")
    op.execute(_BACKFILL)
    for table in ("punch_lot", "punch_entry"):
        op.execute(f"alter table {table} force row level security")


def _build_postgresql(move: str) -> None:
    op.execute(
        f"""create function punch_entry_moves_lot() returns trigger language plpgsql
        security definer set search_path = public as
        $$ begin {move}; return null; end $$"""
    )
    op.execute(
        "create trigger moves_lot after insert on punch_entry "
        "for each row execute function punch_entry_moves_lot()"
    )
    op.execute(
        f"""create function punch_lot_starts_empty() returns trigger language plpgsql as $$ begin
        if {_FRESH} then raise exception 'a lot starts empty'; end if; return new; end $$"""
    )
    op.execute(
        "create trigger starts_empty before insert on punch_lot "
        "for each row execute function punch_lot_starts_empty()"
    )


def _build_sqlite(move: str) -> None:
    op.execute(
        f"create trigger punch_entry_moves_lot after insert on punch_entry begin {move}; end"
    )
    mine = "e.municipality_id = new.municipality_id and e.lot_id = new.id"
    # A lot that comes in the place of another (INSERT OR REPLACE) has entries already.
    op.execute(
        f"create trigger punch_lot_starts_empty before insert on punch_lot when {_FRESH} "
        f"or exists (select 1 from punch_entry e where {mine}) "
        "begin select raise(abort, 'a lot starts empty'); end"
    )
    columns = ("municipality_id", "id", "card_id", *TOTALS, "moved_by")
    changed = " or ".join(f"new.{column} <> old.{column}" for column in columns)
    agree = " and ".join(
        f"new.{total} = old.{total} + {effect(total, 'e.kind', undone_kind('e'), 'e.minutes')}"
        for total in TOTALS
    )
    op.execute(
        f"create trigger punch_lot_agrees after update on punch_lot when ({changed}) "
        "and not exists (select 1 from punch_entry e where e.municipality_id = old.municipality_id "
        "and e.lot_id = old.id and new.id = old.id and e.card_id = new.card_id "
        f"and e.seq = new.moved_by and e.seq > old.moved_by and {agree}) "
        "begin select raise(abort, 'a lot must agree with its entries'); end"
    )


def drop() -> None:
    """Put back the triggers that add a lot's entries up."""
    ledger_walls.drop()
    ledger_walls.build()
