"""What a group has in common: board, material, pictures, visits, forms, changes, milestones."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = (
    "group_settings",
    "group_post",
    "group_material",
    "group_picture",
    "group_visit",
    "group_reply",
    "group_change",
    "group_milestone",
)
_GROUP = ["support_group.municipality_id", "support_group.id"]
_ANSWERS = "in ('yes','partly','no')"


def upgrade() -> None:
    """Make the tables and their walls, and add what groups and their members are told of."""
    _columns()
    for make in (_settings, _post, _material, _picture, _visit, _reply, _change, _milestone):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take it all away again."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("group_member_citizen", "shows_to_proxy")
    op.drop_column("group_member", "called_on")
    op.drop_column("group_member", "wants_measures")
    op.drop_index(op.f("ix_support_group_municipality_id_page_token"), table_name="support_group")
    for column in ("page_token", "board", "contact_due_on"):
        op.drop_column("support_group", column)


def _columns() -> None:
    op.add_column("support_group", sa.Column("contact_due_on", sa.Date(), nullable=True))
    named = sa.CheckConstraint(
        "board = 'off' or (board in ('leaders','open') and anonymity = 'named')",
        name=op.f("ck_support_group_board_only_named"),
    )
    board = sa.Column("board", sa.String(length=8), named, nullable=False, server_default="off")
    op.add_column("support_group", board)
    op.add_column("support_group", sa.Column("page_token", sa.String(length=43), nullable=True))
    op.create_index(
        op.f("ix_support_group_municipality_id_page_token"),
        "support_group",
        ["municipality_id", "page_token"],
        unique=True,
    )
    named = sa.CheckConstraint(
        "not wants_measures or anonymity = 'named'",
        name=op.f("ck_group_member_measures_only_named"),
    )
    op.add_column("group_member", _flag("wants_measures", named))
    op.add_column("group_member", sa.Column("called_on", sa.Date(), nullable=True))
    op.add_column("group_member_citizen", _flag("shows_to_proxy"))


def _flag(name: str, *checks: sa.CheckConstraint) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), *checks, nullable=False, server_default=sa.false())


def _table(name: str, *parts: Any) -> None:
    """Make a table that belongs to one municipality."""
    op.create_table(
        name,
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f(f"pk_{name}")),
    )


def _promised(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality_id", "group_id", "anonymity"],
        [*_GROUP, "support_group.anonymity"],
        name=f"fk_{table}_promise",
        onupdate="CASCADE",
    )


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _settings() -> None:
    name = "group_settings"
    _table(
        name,
        sa.Column("board_opens", sa.Time(), nullable=False),
        sa.Column("board_closes", sa.Time(), nullable=False),
        sa.Column("on_weekends", sa.Boolean(), nullable=False),
        _text("call", 20, nullable=True),
        _text("manual_url", 300, nullable=True),
        _text("supervision", 200),
        tables.check(name, "board_closes_after_it_opens", "board_closes > board_opens"),
        tables.unique(name),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f(f"fk_{name}_municipality_id")
        ),
    )


def _post() -> None:
    name = "group_post"
    _table(
        name,
        _uuid("group_id"),
        _text("anonymity", 12),
        _text("kind", 12),
        _sealed("words_sealed"),
        _sealed("writer_sealed"),
        sa.Column("written_at", walls.instant(), nullable=False),
        tables.check(name, "only_named", "anonymity = 'named'"),
        tables.check(name, "known_kind", "kind in ('time','place','ride','bring','absent')"),
        _promised(name),
    )
    tables.index(name, "group_id")
    tables.index(name, "written_at")


def _material() -> None:
    name = "group_material"
    _table(
        name,
        _uuid("group_id"),
        _uuid("meeting_id", nullable=True),
        _text("title", 120),
        _text("kind", 8),
        _text("url", 300, nullable=True),
        _sealed("content", nullable=True),
        sa.Column("added_at", walls.instant(), nullable=False),
        tables.check(name, "known_kind", "kind in ('link','picture','pdf')"),
        tables.check(
            name,
            "one_thing",
            "(kind = 'link') = (url is not null) and (url is null) = (content is not null)",
        ),
        tables.points_to(name, "group_id", "support_group"),
        tables.points_to(name, "meeting_id", "group_meeting"),
    )
    tables.index(name, "group_id")


def _picture() -> None:
    name = "group_picture"
    _table(
        name,
        _uuid("group_id"),
        _text("shows", 8),
        _text("text", 200),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        _sealed("content"),
        sa.Column("added_at", walls.instant(), nullable=False),
        tables.check(name, "known_subject", "shows in ('place','person')"),
        tables.unique(name, "group_id", "shows"),
        tables.points_to(name, "group_id", "support_group"),
    )


def _visit() -> None:
    name = "group_visit"
    _table(
        name,
        _uuid("group_id"),
        _text("anonymity", 12),
        _uuid("meeting_id"),
        _text("first_name", 60, nullable=True),
        _sealed("contact_sealed", nullable=True),
        _text("outcome", 12, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        tables.check(name, "known_anonymity", "anonymity in ('named','first_name','head_count')"),
        tables.check(
            name, "heads_have_no_names", "anonymity <> 'head_count' or first_name is null"
        ),
        tables.check(name, "known_outcome", "outcome in ('joins','thinks','no','missed','off')"),
        tables.check(
            name,
            "forgotten_when_over",
            "(outcome is null) = (closed_on is null)"
            " and (outcome is null or (first_name is null and contact_sealed is null))",
        ),
        tables.points_to(name, "meeting_id", "group_meeting"),
        _promised(name),
    )
    tables.index(name, "group_id")


def _reply() -> None:
    name = "group_reply"
    _table(
        name,
        _uuid("group_id"),
        _uuid("meeting_id"),
        _text("welcome", 8),
        _text("gain", 8),
        _text("going_on", 8),
        _sealed("words_sealed", nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        tables.check(
            name,
            "known_answers",
            f"welcome {_ANSWERS} and gain {_ANSWERS} and going_on {_ANSWERS}",
        ),
        tables.points_to(name, "group_id", "support_group"),
        tables.points_to(name, "meeting_id", "group_meeting"),
    )
    tables.index(name, "group_id")


def _change() -> None:
    name = "group_change"
    _table(
        name,
        _uuid("group_id"),
        _sealed("words_sealed"),
        sa.Column("told_at", walls.instant(), nullable=False),
        tables.points_to(name, "group_id", "support_group"),
    )
    tables.index(name, "group_id")


def _milestone() -> None:
    name = "group_milestone"
    _table(
        name,
        _uuid("group_id"),
        _text("milestone", 20),
        sa.Column("is_marked", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        tables.unique(name, "group_id", "milestone"),
        tables.points_to(name, "group_id", "support_group"),
    )
