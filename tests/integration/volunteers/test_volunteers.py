"""Volunteers and their associations are welcomed by the coordinator."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.queries import (
    VolunteerLine,
    find_association,
    find_volunteer,
    get_volunteer,
    list_associations,
    list_volunteers,
)
from klippekort.volunteers.services import AlreadyKnown, add_association, add_volunteer
from tests.cast import AWAY, HOME, Cast

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def add(actor: Actor, name: str = "Bodil Bro", **facts: Any) -> UUID:
    """Add a volunteer and return the id."""
    told = {"email": None, "phone": None, "association_id": None, **facts}
    with acting_for(HOME):
        return UUID(execute(add_volunteer, actor, name=name, now=NOW, **told))


def welcome(actor: Actor, name: str) -> UUID:
    """Add an association and return its id."""
    with acting_for(HOME):
        return UUID(execute(add_association, actor, name))


def lines() -> dict[str, VolunteerLine]:
    """Return the volunteers by name."""
    with acting_for(HOME):
        return {line.name: line for line in list_volunteers()}


def test_a_volunteer_needs_neither_e_mail_nor_phone(cast: Cast) -> None:
    add(cast.karen)
    bodil = lines()["Bodil Bro"]
    assert (bodil.email, bodil.phone, bodil.association) == (None, None, None)


def test_a_volunteer_is_listed_with_their_association(cast: Cast) -> None:
    add(cast.karen, association_id=cast.association)
    assert lines()["Bodil Bro"].association == "Kortklubben"


def test_an_e_mail_is_known_whatever_its_letters(cast: Cast) -> None:
    add(cast.karen, email="bodil@example.dk")
    with pytest.raises(AlreadyKnown):
        add(cast.karen, name="B. Bro", email="Bodil@Example.dk")


def test_two_without_an_e_mail_are_two(cast: Cast) -> None:
    assert add(cast.karen) != add(cast.karen)


def test_an_association_must_be_known_here(cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(cast.karen, association_id=new_id())


def test_an_association_is_known_whatever_its_letters(cast: Cast) -> None:
    with pytest.raises(AlreadyKnown):
        welcome(cast.karen, "KORTKLUBBEN")


def test_an_association_is_listed_by_name(cast: Cast) -> None:
    welcome(cast.karen, "Biblioteket")
    with acting_for(HOME):
        assert [row.name for row in list_associations()] == ["Biblioteket", "Kortklubben"]


@pytest.mark.parametrize("role", ["viggo", "bo", "asta", "ida"])
def test_others_cannot_welcome_volunteers(cast: Cast, role: str) -> None:
    with pytest.raises(Forbidden):
        add(getattr(cast, role))


@pytest.mark.parametrize("role", ["viggo", "bo", "asta", "ida"])
def test_others_cannot_welcome_associations(cast: Cast, role: str) -> None:
    with pytest.raises(Forbidden):
        welcome(getattr(cast, role), "Biblioteket")


def test_the_next_municipality_knows_none_of_our_volunteers(cast: Cast) -> None:
    volunteer_id = add(cast.karen, email="bodil@example.dk")
    with acting_for(AWAY):
        assert list_volunteers() == []
        assert find_volunteer("bodil@example.dk") is None
        with pytest.raises(NotFound):
            get_volunteer(volunteer_id)


def test_the_next_municipality_knows_none_of_our_associations(cast: Cast) -> None:
    with acting_for(AWAY):
        assert find_association("Kortklubben") is None


def test_both_municipalities_may_know_the_same_e_mail(cast: Cast) -> None:
    ours = add(cast.karen, email="bodil@example.dk")
    with acting_for(AWAY):
        theirs = execute(
            add_volunteer,
            Actor(AWAY, Role.COORDINATOR),
            name="Bodil Bro",
            email="bodil@example.dk",
            phone=None,
            association_id=None,
            now=NOW,
        )
    assert UUID(theirs) != ours


def test_a_new_association_may_come_with_its_volunteer(cast: Cast) -> None:
    add(cast.karen, new_association="Biblioteket")
    assert lines()["Bodil Bro"].association == "Biblioteket"


def test_the_name_of_a_known_association_is_the_known_one(cast: Cast) -> None:
    add(cast.karen, new_association="kortklubben")
    assert lines()["Bodil Bro"].association == "Kortklubben"
