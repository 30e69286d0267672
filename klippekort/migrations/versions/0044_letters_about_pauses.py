"""Letters of the law that tell that a card rests, and that it runs again."""

from alembic import op

from klippekort.migrations import walls

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_BEFORE = "'grant','decline','cut','end','change'"


def upgrade() -> None:
    """Let letters be of two kinds more."""
    _let_be(f"{_BEFORE},'pause','resume'")


def downgrade() -> None:
    """Take the kinds away again; what was written of them stays, as other news of the card."""
    with walls.whole_table("law_letter"):
        op.execute("update law_letter set kind = 'change' where kind in ('pause','resume')")
    _let_be(_BEFORE)


def _let_be(kinds: str) -> None:
    """Say which kinds there are; SQLite makes the table anew for that."""
    name = op.f("ck_law_letter_known_kind")
    with op.batch_alter_table("law_letter") as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, f"kind in ({kinds})")
