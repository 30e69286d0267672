"""Lists of staff name those of the municipality at hand, and nobody else's."""

from klippekort.accounts.queries.staff import list_with_roles
from klippekort.domain.permissions import Role
from klippekort.platform.tenancy import acting_for
from tests.cast import Cast


def test_staff_of_another_municipality_are_not_named(cast: Cast) -> None:
    with acting_for(cast.karen.municipality_id):
        here = {account_id for account_id, _name in list_with_roles(iter(Role))}
    with acting_for(cast.frida.municipality_id):
        there = {account_id for account_id, _name in list_with_roles(iter(Role))}
    assert cast.karen.account_id in here
    assert cast.frida.account_id in there
    assert here & there == set()


def test_each_is_named_once_in_the_order_of_the_alphabet(cast: Cast) -> None:
    with acting_for(cast.karen.municipality_id):
        names = [name for _id, name in list_with_roles(iter(Role))]
    assert len(names) == len(set(names)) > 3
    assert names == sorted(names)
