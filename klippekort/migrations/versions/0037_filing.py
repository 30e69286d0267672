"""Letters of the law with their filing, week letters, and the slips that come back."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLES = (
    "paper_rules",
    "letter_wording",
    "letter_batch",
    "law_letter",
    "week_run",
    "week_letter",
    "week_part",
    "reply_slip",
)


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (_rules, _wording, _batch, _letter, _run, _week_letter, _part, _slip):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _json() -> sa.JSON:
    return sa.JSON()


def _rules() -> None:
    table = "paper_rules"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("kle", sa.String(length=12), nullable=True),
        sa.Column("complaint_to", sa.String(length=300), nullable=False),
        sa.Column("signed_by", sa.String(length=120), nullable=False),
        sa.Column("week_letters", sa.Boolean(), nullable=False),
        tables.unique(table),
        tables.of_municipality(table),
    )


def _wording() -> None:
    table = "letter_wording"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", walls.instant(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        tables.unique(table, "part"),
        tables.of_municipality(table),
    )


def _batch() -> None:
    table = "letter_batch"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("sent_at", walls.instant(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("due_at", walls.instant(), nullable=True),
        tables.check(table, "known_state", "state in ('draft','sent','stopped')"),
        tables.unique(table, "version_id"),
        tables.points_to(table, "scheme_id", "scheme"),
    )


def _letter() -> None:
    table = "law_letter"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_decision", sa.Boolean(), nullable=False),
        sa.Column("can_complain", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("case_ref", sa.String(length=60), nullable=False),
        sa.Column("kle", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=True),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("due_at", walls.instant(), nullable=False),
        sa.Column("sent_at", walls.instant(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("pile_id", sa.Uuid(), nullable=True),
        sa.Column("printed_at", walls.instant(), nullable=True),
        sa.Column("filing", sa.String(length=8), nullable=False),
        sa.Column("filing_attempts", sa.SmallInteger(), nullable=False),
        sa.Column("filing_due_at", walls.instant(), nullable=True),
        sa.Column("filing_error", sa.String(length=40), nullable=True),
        sa.Column("file_name", sa.String(length=160), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("filed_at", walls.instant(), nullable=True),
        tables.check(table, "known_kind", "kind in ('grant','decline','cut','end','change')"),
        tables.check(table, "known_state", "state in ('resting','sent','stopped')"),
        tables.check(table, "known_way", "how in ('paper','digital_post')"),
        tables.check(table, "known_filing", "filing in ('none','waiting','filed','failed')"),
        tables.check(table, "filed_when_it_says_so", "(filing = 'filed') = (filed_at is not null)"),
        tables.unique(table, "cause"),
        tables.points_to(table, "citizen_id", "citizen"),
        tables.points_to(table, "card_id", "punch_card"),
        tables.points_to(table, "scheme_id", "scheme"),
        tables.points_to(table, "batch_id", "letter_batch"),
    )
    for columns in (
        ("citizen_id",),
        ("state", "due_at"),
        ("filing", "filing_due_at"),
        ("pile_id",),
        ("batch_id",),
    ):
        tables.index(table, *columns)


def _run() -> None:
    table = "week_run"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("finished_at", walls.instant(), nullable=True),
        sa.Column("claimed_until", walls.instant(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        tables.check(table, "known_state", "state in ('making','done','failed')"),
        tables.check(table, "not_more_than_expected", "done >= 0 and done <= expected"),
        tables.of_municipality(table),
    )
    tables.index(table, "week_on")


def _week_letter() -> None:
    table = "week_letter"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        tables.unique(table, "week_on", "citizen_id"),
        tables.points_to(table, "run_id", "week_run"),
        tables.points_to(table, "citizen_id", "citizen"),
    )
    tables.index(table, "run_id", "part")


def _part() -> None:
    table = "week_part"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("pdf_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", walls.instant(), nullable=False),
        tables.unique(table, "run_id", "number"),
        tables.points_to(table, "run_id", "week_run"),
    )


def _slip() -> None:
    table = "reply_slip"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("boxes", _json(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("answer_by", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("ticked", _json(), nullable=True),
        sa.Column("answered_at", walls.instant(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        tables.check(table, "known_state", "state in ('open','called','answered')"),
        tables.check(
            table,
            "answered_when_it_says_so",
            "(state = 'answered') = (answered_at is not null)",
        ),
        tables.unique(table, "code_index"),
        tables.points_to(table, "citizen_id", "citizen"),
        tables.points_to(table, "run_id", "week_run"),
    )
    for columns in (("citizen_id",), ("state", "answer_by")):
        tables.index(table, *columns)
