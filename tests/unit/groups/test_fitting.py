"""Whom a group is for, and what of it does not fit."""

import pytest

from klippekort.domain.groups.fitting import Misfit, Relation, Seeker, Sought, misfits

WIDOWS = Sought("da", Relation.SPOUSE, 60, 75)


@pytest.mark.parametrize(
    ("seeker", "found"),
    [
        (Seeker("da", Relation.SPOUSE, 60), []),
        (Seeker("da", Relation.SPOUSE, 75), []),
        (Seeker("da", Relation.SPOUSE, 59), [Misfit.TOO_YOUNG]),
        (Seeker("da", Relation.SPOUSE, 76), [Misfit.TOO_OLD]),
        (Seeker("da", Relation.CHILD, 70), [Misfit.RELATION]),
        (Seeker("tr", Relation.CHILD, 80), [Misfit.LANGUAGE, Misfit.RELATION, Misfit.TOO_OLD]),
        (Seeker("da"), []),
        (Seeker("de"), [Misfit.LANGUAGE]),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_not_said_fits(
    seeker: Seeker, found: list[Misfit]
) -> None:
    assert misfits(WIDOWS, seeker) == found


def test_a_group_for_anybody_fits_anybody_of_its_language() -> None:
    assert misfits(Sought("da"), Seeker("da", Relation.FRIEND, 104)) == []
