"""Relatives of some citizens, and Maja, who acts for two: sealed as the program seals them."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from klippekort.accounts.models import Identity
from klippekort.citizens.models import CitizenContact
from klippekort.domain.permissions import Role
from klippekort.domain.proxies import Purpose
from klippekort.operations.demo import names
from klippekort.operations.demo.staff import (
    LOG_INS,
    Secrets,
    add_account,
    email_of,
    give_secret,
)
from klippekort.operations.demo.world import Frame, Person, Resident
from klippekort.platform.keys import Place, keys
from klippekort.relatives.models import ProxyLine, Relative, RelativeProposal
from klippekort.relatives.services.letting_in import BY_EMAIL

ELLENS_DAUGHTER = "Lise Sørensen"
_OTHERS = 12
_RELATIONS = ("child", "child", "child", "spouse", "sibling", "grandchild", "friend")


def build_relatives(frame: Frame, residents: list[Resident]) -> None:
    """Give Ellen of the demo's own town her daughter, and a dozen others somebody too."""
    if not frame.town.is_home:
        return
    ellen, *rest = residents
    _relative(frame, ellen, ELLENS_DAUGHTER, "child", gets_greetings=True)
    for resident in frame.dice.some(rest, _OTHERS):
        relation = frame.dice.choice(_RELATIONS)
        gets_greetings = frame.dice.chance(0.5)
        _relative(frame, resident, _name(frame, relation), relation, gets_greetings=gets_greetings)


def _name(frame: Frame, relation: str) -> str:
    """Return an invented name of about the right age."""
    if relation in ("child", "grandchild"):
        return names.younger(frame.dice)
    return " ".join(names.elderly(frame.dice))


def _relative(
    frame: Frame, resident: Resident, name: str, relation: str, *, gets_greetings: bool
) -> None:
    recorded_at = frame.set_up_at + timedelta(days=1)
    contact_id, home = frame.dice.new_id(recorded_at), frame.town.number
    phone = f"+45{frame.dice.choice((23, 46, 51, 56))}{frame.dice.randrange(10**6):06}"

    def seal(text: str, column: str) -> bytes:
        owner = Place(home, resident.id, "key")
        return keys().encrypt(resident.wrapped_key, owner, text, Place(home, contact_id, column))

    frame.rows.add(
        CitizenContact,
        id=contact_id,
        citizen_id=resident.id,
        relation=relation,
        name_encrypted=seal(name, "contact_name"),
        phone_encrypted=seal(phone, "contact_phone"),
        is_next_of_kin=relation != "friend",
        gets_greetings=gets_greetings,
        recorded_at=recorded_at,
        ended_at=None,
    )


def build_proxies(
    frame: Frame, residents: list[Resident], coordinator: Person, secrets: Secrets
) -> None:
    """Let Maja act for both her parents in the demo's own town, more for Ellen than for the other;
    she has proposed days that wait for an answer.
    """
    if not frame.town.is_home:
        return
    ellen, father = residents[:2]
    name = LOG_INS[Role.RELATIVE]
    email = email_of(name, frame.town.slug)
    maja = add_account(frame, name, email, Role.RELATIVE)
    give_secret(frame, maja, "password", secrets.password)
    at = frame.set_up_at
    frame.rows.add(
        Identity,
        id=frame.dice.new_id(at),
        account_id=maja.account_id,
        issuer=BY_EMAIL,
        subject=email,
    )
    hers = _proxy(frame, ellen, maja, coordinator, email, tuple(Purpose))
    _proxy(frame, father, maja, coordinator, email, (Purpose.SEE, Purpose.MESSAGES))
    _days(frame, ellen, hers, "Vi holder jul sammen.")


def _proxy(
    frame: Frame,
    parent: Resident,
    maja: Person,
    coordinator: Person,
    email: str,
    purposes: Collection[Purpose],
) -> UUID:
    """Add what Maja may do for a parent, as a coordinator wrote it down, and return her id."""
    at = frame.set_up_at + timedelta(days=2)
    relative_id = frame.dice.new_id(at)
    frame.rows.add(
        Relative,
        id=relative_id,
        citizen_id=parent.id,
        account_id=maja.account_id,
        relation="child",
        name_encrypted=_sealed(frame, parent, relative_id, "relative_name", maja.name),
        phone_encrypted=None,
        email_encrypted=_sealed(frame, parent, relative_id, "relative_email", email),
        recorded_at=at,
        recorded_by=coordinator.account_id,
        confirmed_how="seen_id",
        confirmed_by_role="staff",
        confirmed_by=coordinator.account_id,
        confirmed_at=at,
        joined_at=at,
    )
    frame.rows.add(
        ProxyLine,
        id=frame.dice.new_id(at),
        relative_id=relative_id,
        seq=1,
        step="given",
        purposes=sorted(purposes),
        from_on=at.date(),
        until_on=frame.today + timedelta(days=365),
        evidence="paper",
        giver="staff",
        recorded_by=coordinator.account_id,
        witness_id=None,
        recorded_at=at,
    )
    return relative_id


def _days(frame: Frame, parent: Resident, relative_id: UUID, words: str) -> None:
    """Let Maja propose the days of Christmas, or some weeks ahead after that."""
    christmas = date(frame.today.year, 12, 20)
    first = christmas if christmas > frame.today else frame.today + timedelta(weeks=3)
    proposal_id = frame.dice.new_id(frame.now)
    frame.rows.add(
        RelativeProposal,
        id=proposal_id,
        citizen_id=parent.id,
        relative_id=relative_id,
        kind="dont_book",
        from_on=first,
        until_on=first + timedelta(days=6),
        words_encrypted=_sealed(frame, parent, proposal_id, "proposal_words", words),
        answer_encrypted=None,
        state="waiting",
        made_at=frame.now,
        answered_at=None,
        answered_by_role=None,
        answered_by=None,
    )


def _sealed(frame: Frame, parent: Resident, row_id: UUID, column: str, text: str) -> bytes:
    home = frame.town.number
    owner = Place(home, parent.id, "key")
    return keys().encrypt(parent.wrapped_key, owner, text, Place(home, row_id, column))
