"""Tables of outreach, and a kind of thing more that tablets tell."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLES = ("outreach_case", "outreach_notice", "outreach_answer", "outreach_terms")
_CONSENTS = "consent in ('yes','no','not_asked')"
_KINDS = "'start','finish','cancel','note','book','happened'"
_TOLD = (
    "municipality_id",
    "id",
    "account_id",
    "kind",
    "trip_id",
    "citizen_id",
    "based_on",
    "payload",
    "device_at",
    "received_at",
    "clock_off_seconds",
    "words",
    "facts",
    "needs_person",
)
_ANSWERED = (
    "outcome",
    "settled_by",
    "settled_at",
    "settled_how",
    "reason_code",
)


def upgrade() -> None:
    """Make the tables, and let tablets tell what was noticed."""
    _case()
    _notice()
    _answer()
    _terms()
    for table in _TABLES:
        walls.municipal(table)
    _let_intents_be(f"{_KINDS},'notice'")


def downgrade() -> None:
    """Take it all away again, with what tablets told of it."""
    _let_intents_be(_KINDS)
    for table in ("outreach_terms", "outreach_answer", "outreach_notice", "outreach_case"):
        op.drop_table(table)


def _case() -> None:
    table = "outreach_case"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", walls.instant(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("consent", sa.String(length=10), nullable=False),
        sa.Column("handed_to", sa.Uuid(), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("came_back_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        tables.check(table, "known_consent", _CONSENTS),
        tables.check(table, "closed_with_an_outcome", "(closed_on is null) = (outcome is null)"),
        tables.check(table, "handed_on_a_day", "(handed_to is null) = (handed_on is null)"),
        tables.check(table, "closed_is_not_handed", "closed_on is null or handed_to is null"),
        tables.of_municipality(table),
        tables.points_to(table, "citizen_id", "citizen"),
    )
    is_open = sa.text("closed_on is null")
    op.create_index(
        "ix_outreach_case_one_open",
        table,
        ["municipality_id", "citizen_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    tables.index(table, "closed_on", "next_on")


def _notice() -> None:
    table = "outreach_notice"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("consent", sa.String(length=10), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("about_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("teller_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("likeness", sa.String(length=64), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("reply", sa.String(length=10), nullable=True),
        sa.Column("forgotten_on", sa.Date(), nullable=True),
        tables.check(
            table,
            "known_source",
            "source in ('staff','doctor','nurse','relative','preventive','self','other')",
        ),
        tables.check(table, "known_channel", "channel in ('tablet','page','public','typed')"),
        tables.check(table, "known_consent", _CONSENTS),
        tables.check(table, "answered_with_words", "(answered_on is null) = (reply is null)"),
        tables.check(
            table,
            "forgotten_is_gone",
            "forgotten_on is null or (words_sealed is null and about_sealed is null "
            "and teller_sealed is null and likeness is null)",
        ),
        sa.UniqueConstraint(
            "municipality_id", "likeness", name=op.f(f"uq_{table}_municipality_id_likeness")
        ),
        tables.points_to(table, "case_id", "outreach_case"),
        tables.points_to(table, "citizen_id", "citizen"),
    )
    tables.index(table, "case_id")
    tables.index(table, "citizen_id", "recorded_at")
    tables.index(table, "forgotten_on", "recorded_at")


def _answer() -> None:
    table = "outreach_answer"
    op.create_table(
        table,
        *tables.keys(table),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        tables.check(table, "known_answer", "answer in ('yes','no','no_answer','done','later')"),
        tables.check(table, "rests_from_the_day", "until_on is null or until_on >= given_on"),
        tables.check(table, "later_has_a_day", "answer <> 'later' or until_on is not null"),
        tables.points_to(table, "citizen_id", "citizen"),
        tables.points_to(table, "case_id", "outreach_case"),
    )
    tables.index(table, "citizen_id", "recorded_at")
    tables.index(table, "given_on")


def _terms() -> None:
    table = "outreach_terms"
    bounds = {
        "first_days": "1 and 30",
        "handover_days": "1 and 14",
        "answer_days": "1 and 30",
        "forget_days": "1 and 365",
        "again_months": "1 and 36",
        "rest_days": "1 and 182",
    }
    op.create_table(
        table,
        *tables.keys(table),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in bounds),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        *(
            tables.check(table, f"{name}_within_reason", f"{name} between {within}")
            for name, within in bounds.items()
        ),
        sa.UniqueConstraint("municipality_id", name=op.f(f"uq_{table}_municipality_id")),
        tables.of_municipality(table),
    )


def _let_intents_be(kinds: str) -> None:
    """Hold what tablets tell to these kinds; others that were told go, with a step back."""
    rule = f"kind in ({kinds})"
    if not walls.is_postgresql():
        _remake_intents(rule)
        return
    op.drop_constraint(op.f("ck_intent_known_kind"), "intent")
    with walls.whole_table("intent"):
        op.execute("alter table intent disable trigger user")
        op.execute(f"delete from intent where not ({rule})")
        op.execute("alter table intent enable trigger user")
    op.create_check_constraint(op.f("ck_intent_known_kind"), "intent", rule)


def _remake_intents(rule: str) -> None:
    """Make the table anew, as SQLite asks when a check changes, with its indexes and triggers."""
    _intents("intent_anew", rule)
    columns = ", ".join((*_TOLD, *_ANSWERED))
    op.execute(f"insert into intent_anew ({columns}) select {columns} from intent where {rule}")
    op.drop_table("intent")
    op.rename_table("intent_anew", "intent")
    tables.index("intent", "needs_person", "settled_at")
    tables.index("intent", "trip_id")
    abort = "begin select raise(abort, 'an intent is kept as it was told'); end"
    told = ", ".join(_TOLD)
    op.execute(f"create trigger intent_stays before update of {told} on intent {abort}")
    op.execute(f"create trigger intent_no_removal before delete on intent {abort}")
    op.execute(
        "create trigger intent_settled_once before update on intent "
        f"when old.settled_at is not null {abort}"
    )


def _intents(name: str, rule: str) -> None:
    together = (
        "(outcome = 'settled') = (settled_at is not null) and "
        "(settled_at is null) = (settled_by is null) and "
        "(settled_at is null) = (settled_how is null) and "
        "(settled_at is null) = (reason_code is null)"
    )
    op.create_table(
        name,
        *tables.keys("intent"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("device_at", walls.instant(), nullable=False),
        sa.Column("received_at", walls.instant(), nullable=False),
        sa.Column("clock_off_seconds", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", walls.instant(), nullable=True),
        sa.Column("settled_how", sa.String(length=12), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        tables.check("intent", "known_kind", rule),
        tables.check(
            "intent", "known_outcome", "outcome in ('done','conflict','refused','settled')"
        ),
        tables.check("intent", "settled_by_a_person", together),
        tables.check("intent", "known_settlement", "settled_how in ('tablet','keep','both')"),
        tables.points_to("intent", "trip_id", "trip"),
        tables.points_to("intent", "citizen_id", "citizen"),
    )
