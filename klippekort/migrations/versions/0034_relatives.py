"""Who may act for a citizen, and how they are let in."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_CHANGING = ("relative", "relative_settings", "relative_proposal")


def upgrade() -> None:
    """Make the tables and their walls; a proxy's history is only added to."""
    for make in (_relative, _line, _ticket, _settings, _proposal, _statement):
        make()
    for table in _CHANGING:
        walls.municipal(table)
    walls.municipal("proxy_line", "select, insert")
    walls.append_only("proxy_line")
    walls.open_table("sign_in_ticket")
    walls.open_table("genuine_statement")


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("genuine_statement")
    op.drop_table("relative_proposal")
    op.drop_table("relative_settings")
    op.drop_table("sign_in_ticket")
    walls.drop_append_only("proxy_line")
    op.drop_table("proxy_line")
    op.drop_table("relative")


def _relative() -> None:
    table = "relative"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("name_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("email_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_how", sa.String(length=20), nullable=True),
        sa.Column("confirmed_by_role", sa.String(length=10), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", walls.instant(), nullable=True),
        sa.Column("joined_at", walls.instant(), nullable=True),
        tables.check(
            table, "known_confirmation", "confirmed_how in ('seen_id','called_back','known')"
        ),
        tables.check(
            table, "confirmed_somehow", "(confirmed_at is null) = (confirmed_how is null)"
        ),
        tables.check(
            table, "confirmed_before_let_in", "account_id is null or confirmed_at is not null"
        ),
        tables.check(table, "joined_with_log_in", "(account_id is null) = (joined_at is null)"),
        _account(table),
        tables.points_to(table, "citizen_id", "citizen"),
    )
    tables.index(table, "citizen_id")
    tables.index(table, "account_id")


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id")
    )


def _line() -> None:
    table = "proxy_line"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("relative_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=10), nullable=True),
        sa.Column("giver", sa.String(length=10), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("witness_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        tables.check(table, "known_step", "step in ('given','withdrawn','stopped','restarted')"),
        tables.check(
            table, "known_evidence", "evidence in ('digital','paper','spoken','guardian')"
        ),
        tables.check(
            table,
            "given_with_evidence",
            "(step = 'given') = (evidence is not null and from_on is not null)",
        ),
        tables.check(
            table,
            "dated_unless_guardian",
            "step <> 'given' or until_on is not null or evidence = 'guardian'",
        ),
        tables.check(table, "ends_after_it_begins", "until_on >= from_on"),
        tables.check(table, "known_giver", "giver in ('citizen','staff','relative','system')"),
        tables.unique(table, "relative_id", "seq"),
        tables.points_to(table, "relative_id", "relative"),
    )


def _ticket() -> None:
    table = "sign_in_ticket"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("municipality_id", sa.SmallInteger(), nullable=False),
        sa.Column("relative_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("sent_to", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("expires_at", walls.instant(), nullable=False),
        sa.Column("used_at", walls.instant(), nullable=True),
        sa.Column("revoked_at", walls.instant(), nullable=True),
        tables.check(table, "known_kind", "kind in ('invite','log_in')"),
        tables.check(table, "known_channel", "channel in ('email','sms','aloud')"),
        tables.check(
            table,
            "invitations_are_to_somebody",
            "(kind = 'invite') = (relative_id is not null)",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _account(table),
        tables.of_municipality(table),
    )
    for columns in (["sent_to", "made_at"], ["municipality_id", "relative_id"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def _settings() -> None:
    table = "relative_settings"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        tables.unique(table, "account_id"),
        _account(table),
        tables.of_municipality(table),
    )


def _proposal() -> None:
    table = "relative_proposal"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("relative_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("answer_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("answered_at", walls.instant(), nullable=True),
        sa.Column("answered_by_role", sa.String(length=10), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        tables.check(table, "known_kind", "kind in ('dont_book','takes_her')"),
        tables.check(table, "ends_after_it_begins", "until_on >= from_on"),
        tables.check(table, "known_state", "state in ('waiting','yes','no','withdrawn','stopped')"),
        tables.check(
            table,
            "answered_at_a_time",
            "state not in ('yes','no') or answered_at is not null",
        ),
        tables.points_to(table, "citizen_id", "citizen"),
        tables.points_to(table, "relative_id", "relative"),
    )
    tables.index(table, "citizen_id", "state")
    tables.index(table, "relative_id")


def _statement() -> None:
    table = "genuine_statement"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.SmallInteger(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f(f"fk_{table}_municipality_id_card_id"),
        ),
        sa.UniqueConstraint("code_index", name=op.f(f"uq_{table}_code_index")),
    )
