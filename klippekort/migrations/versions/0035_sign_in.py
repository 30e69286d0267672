"""Log-ins vouched for by others: OpenID Connect, passkeys and one-time passwords."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_OWN = ("sign_in_group", "second_factor_rule", "support_access")
_OPEN = ("sign_in_provider", "passkey", "recovery_code", "sign_in_step")
_CLAIMS = ("group_claim", "supplier_claim", "district_claim", "employee_claim", "number_claim")
_LOG_IN = "ix_login_session_provider_id"


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (_provider, _group, _rule, _support, _passkey, _recovery, _step):
        make()
    for table in _OPEN:
        walls.open_table(table)
    for table in _OWN:
        walls.municipal(table)
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(_LOG_IN, "login_session", ["provider_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index(_LOG_IN, "login_session")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in (*_OWN, *_OPEN):
        op.drop_table(table)


def _added() -> dict[str, list[sa.Column[object]]]:
    """Return the columns that tables get which are there already."""
    return {
        "credential": [sa.Column("last_step", sa.Integer(), nullable=True)],
        "role_assignment": [
            sa.Column("ends_at", walls.instant(), nullable=True),
            sa.Column("support_id", sa.Uuid(), nullable=True),
            sa.Column("is_read_only", sa.Boolean(), nullable=True),
        ],
        "login_session": [
            sa.Column("confirmed_at", walls.instant(), nullable=True),
            sa.Column("method", sa.String(length=12), nullable=True),
            sa.Column("browser", sa.String(length=60), nullable=True),
            sa.Column("network", sa.String(length=45), nullable=True),
            sa.Column("provider_id", sa.Uuid(), nullable=True),
            sa.Column("provider_subject", sa.String(length=64), nullable=True),
            sa.Column("provider_session", sa.String(length=64), nullable=True),
            sa.Column("id_token_sealed", sa.LargeBinary(), nullable=True),
        ],
    }


def _provider() -> None:
    table = "sign_in_provider"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("scope", sa.String(length=200), nullable=False),
        *(sa.Column(name, sa.String(length=100), nullable=False) for name in _CLAIMS),
        sa.Column("level_claim", sa.String(length=100), nullable=False),
        sa.Column("least_level", sa.SmallInteger(), nullable=True),
        sa.Column("asked_level", sa.String(length=200), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("tried_at", walls.instant(), nullable=True),
        tables.check(table, "known_kind", "kind in ('staff','citizens')"),
        tables.check(table, "known_level", "least_level between 1 and 3"),
        tables.check(
            table, "citizens_are_known_substantially", "kind = 'staff' or least_level >= 2"
        ),
        tables.of_municipality(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        tables.unique(table, "kind"),
    )


def _group() -> None:
    table = "sign_in_group"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        tables.points_to(table, "supplier_id", "supplier"),
        tables.points_to(table, "district_id", "district"),
        tables.unique(table, "name", "role"),
    )


def _rule() -> None:
    table = "second_factor_rule"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("role", sa.String(length=20), nullable=False),
        tables.unique(table, "role"),
    )


def _support() -> None:
    table = "support_access"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("may_change", sa.Boolean(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("ended_at", walls.instant(), nullable=True),
        tables.check(table, "support_ends_after_it_begins", "ends_at > granted_at"),
        _of_account(table),
    )
    tables.index(table, "ends_at")


def _passkey() -> None:
    table = "passkey"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.Column("used_at", walls.instant(), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("credential", name=op.f(f"uq_{table}_credential")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])


def _recovery() -> None:
    table = "recovery_code"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", walls.instant(), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "account_id", "code_hash", name=op.f(f"uq_{table}_account_id_code_hash")
        ),
    )


def _step() -> None:
    table = "sign_in_step"
    op.create_table(
        table,
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("began_at", walls.instant(), nullable=False),
        sa.Column("expires_at", walls.instant(), nullable=False),
        sa.Column("used_at", walls.instant(), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f(f"pk_{table}")),
    )
    for column in ("expires_at", "account_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id")
    )
