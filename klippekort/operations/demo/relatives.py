"""Relatives of some citizens, and what an escort must know: sealed as the program seals them."""

from datetime import timedelta

from klippekort.citizens.models import CitizenContact
from klippekort.operations.demo import names
from klippekort.operations.demo.world import Frame, Resident
from klippekort.platform.keys import Place, keys

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
