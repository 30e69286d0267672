"""Putting on record that a citizen has been given what is kept about her."""

from uuid import UUID

from klippekort.domain.permissions import Action, Actor
from klippekort.platform import audit


def note_handed_out(actor: Actor, citizen_id: UUID, form: str) -> None:
    """Note in the transaction at hand that her data was handed out: `pdf`, `json` or `letter`."""
    audit.record(
        actor,
        Action.SEE_OWN_DATA,
        "own_data",
        citizens=[citizen_id],
        purpose="give_data",
        form=form,
    )
