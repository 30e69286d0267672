"""Whose helpers go along on a trip with citizens of several suppliers: each sends its own."""

from collections.abc import Collection
from uuid import UUID

from klippekort.domain.permissions import Action, Actor, Reach, may


def may_send(actor: Actor, supplier_id: UUID | None) -> bool:
    """Say whether `actor` may put a care worker of this supplier on a trip."""
    return may(actor, Action.ASSIGN_ESCORT, Reach(supplier_id=supplier_id))


def may_take_off(actor: Actor, supplier_id: UUID | None, suppliers: Collection[UUID]) -> bool:
    """Say whether `actor` may exchange a helper of `supplier_id` on a trip of citizens whose
    suppliers are `suppliers`: the own, and one who has left them all.
    """
    return supplier_id not in suppliers or may_send(actor, supplier_id)
