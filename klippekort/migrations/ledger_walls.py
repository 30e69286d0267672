"""The triggers that keep the totals of a lot equal to the entries that made them.

A total moves only because an entry was written. On PostgreSQL the app has no right to change a
lot; on
SQLite, which knows no rights, a change that disagrees with the entries is refused.
"""

from alembic import op

from klippekort.migrations.walls import is_postgresql

TOTALS = {
    "granted": (("credit", "adjust_up"), ("adjust_down",)),
    "held": (("hold",), ("release", "spend")),
    "used": (("spend",), ()),
    "expired": (("expire", "forfeit"), ()),
}


def _words(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds) or "''"


def effect(total: str, kind: str, undone: str, minutes: str) -> str:
    """Return the SQL for what an entry of `kind`, undoing one of kind `undone`, adds to a total."""
    plus, minus = TOTALS[total]
    undo = (
        ""
        if total == "held"
        else f"when {kind} = 'reverse' and {undone} in ({_words(plus)}) then -{minutes} "
        f"when {kind} = 'reverse' and {undone} in ({_words(minus)}) then {minutes} "
    )
    return (
        f"case when {kind} in ({_words(plus)}) then {minutes} "
        f"when {kind} in ({_words(minus)}) then -{minutes} {undo}else 0 end"
    )


def undone_kind(entry: str) -> str:
    return (
        f"(select u.kind from punch_entry u where u.municipality_id = {entry}.municipality_id "
        f"and u.id = {entry}.reverses_id)"
    )


def build() -> None:
    """Build the triggers."""
    moves = ", ".join(
        f"{total} = {total} + {effect(total, 'new.kind', undone_kind('new'), 'new.minutes')}"
        for total in TOTALS
    )
    move = (
        f"update punch_lot set {moves} "
        "where municipality_id = new.municipality_id and id = new.lot_id"
    )
    fresh = "new.granted <> 0 or new.held <> 0 or new.used <> 0 or new.expired <> 0"
    if is_postgresql():
        _build_postgresql(move, fresh)
    else:
        _build_sqlite(move, fresh)


def _build_postgresql(move: str, fresh: str) -> None:
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
        f"""create function punch_lot_starts_empty() returns trigger language plpgsql as
        $$ begin if {fresh} then raise exception 'a lot starts empty'; end if; return new; end $$"""
    )
    op.execute(
        "create trigger starts_empty before insert on punch_lot "
        "for each row execute function punch_lot_starts_empty()"
    )


def _build_sqlite(move: str, fresh: str) -> None:
    op.execute(
        f"create trigger punch_entry_moves_lot after insert on punch_entry begin {move}; end"
    )
    op.execute(
        f"create trigger punch_lot_starts_empty before insert on punch_lot when {fresh} "
        "begin select raise(abort, 'a lot starts empty'); end"
    )
    mine = "e.municipality_id = new.municipality_id and e.lot_id = new.id"
    agree = " or ".join(
        f"new.{total} <> (select coalesce(sum({change}), 0) from punch_entry e where {mine})"
        for total, change in (
            (total, effect(total, "e.kind", undone_kind("e"), "e.minutes")) for total in TOTALS
        )
    )
    op.execute(
        f"create trigger punch_lot_agrees after update on punch_lot when {agree} "
        "begin select raise(abort, 'a lot must agree with its entries'); end"
    )


def drop() -> None:
    """Take the triggers down again."""
    if is_postgresql():
        op.execute("drop trigger moves_lot on punch_entry")
        op.execute("drop function punch_entry_moves_lot()")
        op.execute("drop trigger starts_empty on punch_lot")
        op.execute("drop function punch_lot_starts_empty()")
        return
    for trigger in ("punch_entry_moves_lot", "punch_lot_starts_empty", "punch_lot_agrees"):
        op.execute(f"drop trigger {trigger}")
