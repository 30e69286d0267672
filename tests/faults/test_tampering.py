"""G13, history cannot be changed unseen: whoever owns the tables changes them at random, and the
proof names what was changed.

The owner has taken every wall down. Each tampering is undone before the next, so that each is found
by itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from klippekort.platform import audit_chain, clock
from klippekort.platform.audit_chain import Anchor
from klippekort.platform.db import db, write_turn
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.ledger import chain_hash
from klippekort.punchcards.services.proof import Difference
from tests.cast import HOME, Cast
from tests.databases import PEOPLED, Template, let_go, quiet_app, rolled_back
from tests.faults.conftest import Often
from tests.property.ledger_machine import run_the_machine

pytestmark = pytest.mark.timeout(1200)

SEED = 20261123
OPERATIONS = 120  # what stands in the ledger before anybody lays a hand on it
TABLES = ("punch_entry", "punch_lot", "punch_card", "audit_line", "audit_citizen", "audit_seal")
# What an entry, a line and a lot say.
ENTRY = "lot_id kind minutes trip_id reverses_id effective_on recorded_at reason_code actor_id"
LINE = "recorded_at account_id role action purpose subject_kind subject_id details"
LOT = "granted held used expired"
LOT_SAYS = "source period credited_on expires_on expiry_rule"
KINDS = "credit hold release spend expire forfeit waive adjust_up adjust_down"
Row = dict[str, Any]


class Tables:
    """The tables as their owner has them: without walls, and with what stood there before."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"select set_config('app.municipality', '{HOME}', true)"))
            self._take_down_on_postgresql()
        else:
            self._take_down_on_sqlite()
        self.entries = self._read("punch_entry", "seq")
        self.cards = self._read("punch_card", "id")
        self.lots = self._read("punch_lot", "id")
        self.seals = self._read("audit_seal", "seq")
        self.lines = {row["id"]: row for row in self._read("audit_line", "id")}
        self.concerned = self._read("audit_citizen", "id")
        self.last = {row["card_id"]: row["seq"] for row in self.entries}
        self.entries = [row for row in self.entries if row["card_id"] in self.last]

    def _take_down_on_postgresql(self) -> None:
        for name in TABLES:
            self.connection.execute(text(f"alter table {name} disable trigger user"))
            keys = text(
                "select conname from pg_constraint where conrelid = cast(:name as regclass) "
                "and contype in ('f', 'c')"
            )
            for (key,) in self.connection.execute(keys, {"name": name}).all():
                self.connection.execute(text(f'alter table {name} drop constraint "{key}"'))
        others = text(
            "select conrelid::regclass::text, conname from pg_constraint where contype = 'f' "
            "and confrelid::regclass::text = any(:names)"
        )
        for table, key in self.connection.execute(others, {"names": list(TABLES)}).all():
            self.connection.execute(text(f'alter table {table} drop constraint "{key}"'))

    def _take_down_on_sqlite(self) -> None:
        self.connection.execute(text("pragma defer_foreign_keys = on"))
        self.connection.execute(text("pragma ignore_check_constraints = on"))
        found = text("select name, tbl_name from sqlite_master where type = 'trigger'")
        for trigger, table in self.connection.execute(found).all():
            if table in TABLES:
                self.connection.execute(text(f"drop trigger {trigger}"))

    def _read(self, name: str, order: str) -> list[Row]:
        table = db.metadata.tables[name]
        found = table.select().where(table.c.municipality_id == HOME).order_by(table.c[order])
        return [dict(row) for row in self.connection.execute(found).mappings()]

    def put(self, name: str, row: Row, **values: Any) -> None:
        """Let a row say something else."""
        table = db.metadata.tables[name]
        changed = table.update().where(table.c.id == row["id"]).values(values)
        assert self.connection.execute(changed).rowcount == 1

    def take(self, name: str, row: Row) -> None:
        """Take a row away."""
        table = db.metadata.tables[name]
        assert self.connection.execute(table.delete().where(table.c.id == row["id"])).rowcount == 1

    def add(self, name: str, row: Row) -> None:
        """Add a row."""
        self.connection.execute(db.metadata.tables[name].insert(), row)


@dataclass(frozen=True)
class Tampering:
    """What is done, and the difference that names it: any of these."""

    said: str
    do: Callable[[], None]
    named: tuple[Difference, ...]


class Owner:
    """Somebody who owns the tables, and thinks of a tampering at a time."""

    def __init__(self, tables: Tables, chance: Random) -> None:
        self.tables, self.chance = tables, chance
        self.ways = (
            self._change_an_entry,
            self._change_an_entry_and_its_hash,
            self._forge_a_hash,
            self._take_an_entry,
            self._take_the_last_entries,
            self._add_an_entry,
            self._swap_entries,
            self._move_an_entry,
            self._change_a_total,
            self._change_what_a_lot_says,
            self._change_a_head,
            self._change_a_line,
            self._take_a_line,
            self._change_whom_a_line_concerns,
            self._take_a_seal,
            self._swap_seals,
        )

    def think(self) -> Tampering:
        """Return what to do next."""
        return self.chance.choice(self.ways)()

    def _other(self, name: str, was: Any) -> Any:
        """Return another value of the kind that a column holds."""
        if name == "kind":
            return self.chance.choice([kind for kind in KINDS.split() if kind != was])
        if isinstance(was, datetime):
            return was + timedelta(microseconds=self.chance.choice((-1, 1, 86_400_000_000)))
        if isinstance(was, date):
            return was + timedelta(days=self.chance.choice((-30, -1, 1, 365)))
        if name.endswith("_on"):
            return date(2031, 1, 31)
        if isinstance(was, int):
            return was + self.chance.choice((-1, 1, 60))
        if isinstance(was, dict):
            return {**was, "more": self.chance.randrange(9)}
        if name.endswith("_id"):
            return uuid4() if was is None or self.chance.random() < 0.5 else None
        return f"{was or ''}x"[-20:]

    def _named(self, row: Row, *places: tuple[str, int]) -> tuple[Difference, ...]:
        return tuple(Difference(row["card_id"], what, str(seq)) for what, seq in places)

    def _is_last(self, row: Row) -> bool:
        return bool(self.tables.last[row["card_id"]] == row["seq"])

    def _change_an_entry(self) -> Tampering:
        row, column = self.chance.choice(self.tables.entries), self.chance.choice(ENTRY.split())
        value = self._other(column, row[column])
        return Tampering(
            f"entry {row['seq']}: {column} = {value!r}",
            lambda: self.tables.put("punch_entry", row, **{column: value}),
            self._named(row, ("changed_entry", row["seq"])),
        )

    def _change_an_entry_and_its_hash(self) -> Tampering:
        """Whoever makes the hash of one entry anew breaks the chain behind it."""
        row, column = self.chance.choice(self.tables.entries), self.chance.choice(ENTRY.split())
        forged = {**row, column: self._other(column, row[column])}
        forged["hash"] = chain_hash(PunchEntry(**forged))
        after = ("cut_tail", row["seq"]) if self._is_last(row) else None
        return Tampering(
            f"entry {row['seq']}: {column} and its hash",
            lambda: self.tables.put("punch_entry", row, **forged),
            self._named(row, after or ("changed_entry", row["seq"] + 1)),
        )

    def _forge_a_hash(self) -> Tampering:
        row, column = (
            self.chance.choice(self.tables.entries),
            self.chance.choice(("hash", "previous")),
        )
        return Tampering(
            f"entry {row['seq']}: {column}",
            lambda: self.tables.put("punch_entry", row, **{column: "f" * 64}),
            self._named(row, ("changed_entry", row["seq"])),
        )

    def _gone(self, row: Row) -> tuple[Difference, ...]:
        if self._is_last(row):
            return self._named(row, ("cut_tail", row["seq"] - 1))
        return self._named(row, ("missing_entry", row["seq"]))

    def _take_an_entry(self) -> Tampering:
        row = self.chance.choice(self.tables.entries)
        return Tampering(
            f"entry {row['seq']} is gone",
            lambda: self.tables.take("punch_entry", row),
            self._gone(row),
        )

    def _take_the_last_entries(self) -> Tampering:
        row = self.chance.choice(self.tables.entries)
        rest = [
            one
            for one in self.tables.entries
            if one["card_id"] == row["card_id"] and one["seq"] >= row["seq"]
        ]

        def do() -> None:
            for one in reversed(rest):
                self.tables.take("punch_entry", one)

        named = self._named(row, ("cut_tail", row["seq"] - 1))
        return Tampering(f"entries from {row['seq']} on are gone", do, named)

    def _add_an_entry(self) -> Tampering:
        row = self.chance.choice([row for row in self.tables.entries if self._is_last(row)])
        new = {**row, "id": uuid4(), "seq": row["seq"] + 1, "previous": row["hash"]}
        new |= {"kind": "waive", "reverses_id": None}
        new["hash"] = chain_hash(PunchEntry(**new))
        return Tampering(
            f"entry {new['seq']} is new",
            lambda: self.tables.add("punch_entry", new),
            self._named(row, ("cut_tail", new["seq"])),
        )

    def _swap_entries(self) -> Tampering:
        row = self.chance.choice([row for row in self.tables.entries if not self._is_last(row)])
        mine = [one for one in self.tables.entries if one["card_id"] == row["card_id"]]
        other = self.chance.choice([one for one in mine if one["seq"] > row["seq"]])

        def do() -> None:
            self.tables.put("punch_entry", row, seq=1_000_000)
            self.tables.put("punch_entry", other, seq=row["seq"])
            self.tables.put("punch_entry", row, seq=other["seq"])

        named = self._named(row, ("changed_entry", row["seq"]))
        return Tampering(f"entries {row['seq']} and {other['seq']} are swapped", do, named)

    def _move_an_entry(self) -> Tampering:
        row = self.chance.choice(self.tables.entries)
        others = [card for card in self.tables.last if card != row["card_id"]]
        to = self.chance.choice(others)
        place = self.tables.last[to] + 1
        return Tampering(
            f"entry {row['seq']} is moved to another card",
            lambda: self.tables.put("punch_entry", row, card_id=to, seq=place),
            (*self._gone(row), Difference(to, "changed_entry", str(place))),
        )

    def _change_a_total(self) -> Tampering:
        row, column = self.chance.choice(self.tables.lots), self.chance.choice(LOT.split())
        place = f"{row['source']}:{row['period']}"
        return Tampering(
            f"lot {place}: {column}",
            lambda: self.tables.put("punch_lot", row, **{column: self._other(column, row[column])}),
            (Difference(row["card_id"], "wrong_total", place),),
        )

    def _change_what_a_lot_says(self) -> Tampering:
        row, column = self.chance.choice(self.tables.lots), self.chance.choice(LOT_SAYS.split())
        value = self._other(column, row[column])
        forged = {**row, column: value}
        return Tampering(
            f"lot {row['source']}:{row['period']}: {column} = {value!r}",
            lambda: self.tables.put("punch_lot", row, **{column: value}),
            (Difference(row["card_id"], "changed_lot", f"{forged['source']}:{forged['period']}"),),
        )

    def _change_a_head(self) -> Tampering:
        row = self.chance.choice(
            [row for row in self.tables.cards if row["id"] in self.tables.last]
        )
        forged = self.chance.choice(({"head": "f" * 64}, {"seq": row["seq"] + 1}, {"seq": 0}))
        return Tampering(
            f"a card says {forged}",
            lambda: self.tables.put("punch_card", row, **forged),
            (Difference(row["id"], "cut_tail", str(row["seq"])),),
        )

    def _seal(self) -> tuple[Row, Difference]:
        seal = self.chance.choice(self.tables.seals)
        return seal, Difference(None, "changed_line", str(seal["seq"]))

    def _change_a_line(self) -> Tampering:
        (seal, named), column = self._seal(), self.chance.choice(LINE.split())
        row = self.tables.lines[seal["line_id"]]
        value = self._other(column, row[column])
        return Tampering(
            f"line {seal['seq']}: {column} = {value!r}",
            lambda: self.tables.put("audit_line", row, **{column: value}),
            (named,),
        )

    def _take_a_line(self) -> Tampering:
        seal, named = self._seal()
        row = self.tables.lines[seal["line_id"]]
        return Tampering(
            f"line {seal['seq']} is gone", lambda: self.tables.take("audit_line", row), (named,)
        )

    def _change_whom_a_line_concerns(self) -> Tampering:
        row = self.chance.choice(self.tables.concerned)
        seal = next(seal for seal in self.tables.seals if seal["line_id"] == row["line_id"])
        more = {**row, "id": uuid4(), "citizen_id": uuid4()}
        do = self.chance.choice(
            (
                lambda: self.tables.take("audit_citizen", row),
                lambda: self.tables.put("audit_citizen", row, citizen_id=uuid4()),
                lambda: self.tables.add("audit_citizen", more),
            )
        )
        named = Difference(None, "changed_line", str(seal["seq"]))
        return Tampering(f"whom line {seal['seq']} concerns", do, (named,))

    def _take_a_seal(self) -> Tampering:
        seal, named = self._seal()
        return Tampering(
            f"seal {seal['seq']} is gone", lambda: self.tables.take("audit_seal", seal), (named,)
        )

    def _swap_seals(self) -> Tampering:
        one, other = sorted(self.chance.sample(self.tables.seals, 2), key=lambda seal: seal["seq"])

        def do() -> None:
            self.tables.put("audit_seal", one, seq=10_000_000)
            self.tables.put("audit_seal", other, seq=one["seq"])
            self.tables.put("audit_seal", one, seq=other["seq"])

        named = Difference(None, "changed_line", str(one["seq"]))
        return Tampering(f"seals {one['seq']} and {other['seq']} are swapped", do, (named,))


@pytest.fixture
def owned(template: Template) -> Iterator[Cast]:
    """Everybody, on an app that works as the owner of the tables, in one transaction that is thrown
    away.
    """
    settings = template.copy(PEOPLED)
    app = quiet_app(replace(settings, database_url=settings.owner_database_url))
    with rolled_back(app):
        yield template.told(PEOPLED)
    with app.app_context():
        let_go()


def _proved(heads: list[Anchor]) -> list[Difference]:
    db.session.rollback()
    db.session.expunge_all()
    found = proof.verify_municipality() + proof.verify_record(heads)
    db.session.rollback()
    return found


def test_whoever_owns_the_tables_changes_nothing_unseen(owned: Cast, often: Often) -> None:
    """Every tampering is found, and what it was done to is named."""
    run_the_machine(owned, OPERATIONS)
    done: Counter[str] = Counter()
    with acting_for(HOME):
        execute(audit_chain.seal)
        head = audit_chain.find_head(clock.now())
        assert head is not None
        db.session.remove()
        connection = db.engines[None]
        assert isinstance(connection, Connection)
        with write_turn():
            tables = Tables(connection)
            owner = Owner(tables, Random(SEED))  # noqa: S311  not for secrets
            assert _proved([head]) == []
            for _ in range(often(120, 1000)):
                tampering = owner.think()
                with connection.begin_nested() as before:
                    tampering.do()
                    found = _proved([head])
                    assert set(found) & set(tampering.named), (tampering, found)
                    before.rollback()
                done[tampering.said.partition(":")[0].rstrip("0123456789 ")] += 1
            assert _proved([head]) == []
    assert len(done) > len(owner.ways) / 2
