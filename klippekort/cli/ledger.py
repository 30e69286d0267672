"""The record of every minute, from a terminal: proved, and explained."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

import click

from klippekort.cli.commands import Refusal, clearly, opened_there
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.platform import audit, clock
from klippekort.platform.audit_heads import list_heads
from klippekort.platform.db import db
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards, history
from klippekort.punchcards.queries.history import Scope
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.proof import Difference
from klippekort.punchcards.views.explain import scope_of
from klippekort.punchcards.views.history_words import LotTold, Told, tell, tell_lots
from klippekort.punchcards.views.picture import in_words

DAY = click.DateTime(["%Y-%m-%d"])
LINES_AT_ONCE = 500

_WRONG = {
    "missing_entry": "entry {where} is missing",
    "changed_entry": "entry {where} was changed",
    "cut_tail": "entries after {where} are missing",
    "below_zero": "entry {where} takes more than there was",
    "changed_lot": "the dates or the name of lot {where} were changed",
    "wrong_total": "the totals of lot {where} do not fit its entries",
    "changed_line": "line {where} was changed",
}


@click.group()
def ledger() -> None:
    """The record of every minute."""


@ledger.command("verify")
@clearly
def verify() -> None:
    """Prove that totals, entries and their chain agree; exits 1 with a line for each difference.

    The first broken entry of each card is named.
    """
    if prove_everything():
        sys.exit(1)
    click.echo("Every minute is accounted for.")


def prove_everything() -> int:
    """Prove every municipality's cards and record of looks; tell and count what does not prove."""
    app, settings = opened_there()
    differences = 0
    with app.app_context():
        for number, _created_at in list_municipalities():
            db.session.rollback()
            with acting_for(number):
                heads = list_heads(settings.data_folder)
            with acting_for(number), _progress(number) as step:
                found = proof.verify_municipality(step) + proof.verify_record(heads)
            differences += len(found)
            for difference in found:
                click.echo(_told(difference))
    return differences


@contextmanager
def _progress(number: int) -> Iterator[Callable[[], None]]:
    """Show how many cards are proved, on stderr, when that is a terminal."""
    with click.progressbar(
        length=len(proof.list_cards()),
        label=f"Municipality {number}",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        yield lambda: bar.update(1)


def _told(difference: Difference) -> str:
    whose = f"card {difference.card_id}" if difference.card_id else "the record of looks and deeds"
    return f"{whose}: {_WRONG[difference.what].format(where=difference.where)}"


@ledger.command("explain")
@click.argument("card", type=click.UUID)
@click.option("--on", type=DAY, help="The day of the balance; today when left out.")
@click.option("--known-on", type=DAY, help="Count only what was written by the end of that day.")
@clearly
def explain(card: UUID, on: datetime | None, known_on: datetime | None) -> None:
    """Explain the balance of CARD in Danish: what is left, and every line that made it.

    CARD is the id in the address of the card's page. The look is put on record.
    """
    days = [day.date() if day else None for day in (on, known_on)]
    if any(day is not None and day > clock.today() for day in days):
        raise Refusal("Choose today or an earlier day.")
    app, _settings = opened_there()
    with app.app_context():
        for number, _created_at in list_municipalities():
            db.session.rollback()
            with acting_for(number):
                found = _find(card)
                if found is not None:
                    audit.audit_write(_record_look, number, found.citizen_id)
                    _explain(cards.get_card(card), scope_of(card, days[0], days[1]))
                    return
    raise Refusal(f"There is no card {card}.")


def _find(card_id: UUID) -> PunchCard | None:
    try:
        return cards.get_card(card_id)
    except NotFound:
        return None


def _record_look(municipality_id: int, citizen_id: UUID) -> None:
    audit.record(
        Actor(municipality_id, Role.SYSTEM),
        Action.SEE_CARD,
        "command",
        citizens=[citizen_id],
        purpose="see_statement",
    )


def _explain(card: PunchCard, scope: Scope) -> None:
    terms = cards.current_terms(card, max(clock.today(), card.opened_on))
    state = history.state_in(card, scope)
    free = sum(lot.free for lot in state.lots)
    click.echo(f"{cards.scheme_of(card).name}, {card.id}")
    click.echo(_balance(scope.on or clock.today(), in_words(free, terms)))
    if state.held():
        click.echo(_("Set aside for trips: %(held)s.", held=in_words(state.held(), terms)))
    if scope.known_on:
        click.echo(
            _(
                "This is what was known on %(day)s. What was written later is left out.",
                day=full_day(scope.known_on),
            )
        )
    _heading(_("What is left"))
    for lot in tell_lots(state, terms):
        click.echo(_lot_line(lot))
    _heading(_("Every line, the newest first"))
    before = None
    while lines := history.lines_of(scope, free, before=before, limit=LINES_AT_ONCE):
        for one in tell(card.id, lines, terms):
            click.echo(_line(one))
        before, free = lines[-1].seq, history.free_before(lines[-1])
        db.session.expunge_all()


def _balance(on: date, free: str) -> str:
    return _("Balance as of %(day)s: %(free)s.", day=full_day(on), free=free)


def _heading(words: str) -> None:
    click.echo(f"\n{words}")


def _lot_line(lot: LotTold) -> str:
    return _(
        "%(name)s: %(free)s free, %(held)s set aside. From %(since)s. Last day: %(until)s.",
        name=lot.name,
        free=lot.free,
        held=lot.held,
        since=lot.since,
        until=lot.until,
    )


def _line(one: Told) -> str:
    free = _("Free afterwards: %(free)s.", free=one.free)
    # Who did it is a name, or a sentence where a second person agreed to it.
    who = f"{one.who.removesuffix('.')}."
    return f"{one.line.seq:>6}  {one.day}. {one.what} {one.why} {who} {free}"
