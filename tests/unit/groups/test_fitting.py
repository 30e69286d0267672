"""Whom a group is for, and what of it does not fit."""

import pytest

from klippekort.domain.groups.fitting import Misfit, Relation, Seeker, Sought, may_fit, misfits

WIDOWS = Sought("loss", "da", Relation.SPOUSE, 60, 75)


@pytest.mark.parametrize(
    ("seeker", "found"),
    [
        (Seeker("loss", "da", Relation.SPOUSE, 60), []),
        (Seeker("loss", "da", Relation.SPOUSE, 75), []),
        (Seeker("loss", "da", Relation.SPOUSE, 59), [Misfit.TOO_YOUNG]),
        (Seeker("loss", "da", Relation.SPOUSE, 76), [Misfit.TOO_OLD]),
        (Seeker("loss", "da", Relation.CHILD, 70), [Misfit.RELATION]),
        (
            Seeker("loss", "tr", Relation.CHILD, 80),
            [Misfit.LANGUAGE, Misfit.RELATION, Misfit.TOO_OLD],
        ),
        (Seeker("loss", "da"), []),
        (Seeker("loss", "de"), [Misfit.LANGUAGE]),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_not_said_fits(
    seeker: Seeker, found: list[Misfit]
) -> None:
    assert misfits(WIDOWS, seeker) == found


def test_a_group_for_anybody_fits_anybody_of_its_language() -> None:
    assert misfits(Sought("loss", "da"), Seeker("loss", "da", Relation.FRIEND, 104)) == []


@pytest.mark.parametrize(
    ("seeker", "may"),
    [
        (Seeker("loss", "tr", Relation.CHILD, 20), True),
        (Seeker("loss_of_spouse", "da", Relation.SPOUSE), True),
        (Seeker("loss_of_spouse", "da", Relation.CHILD), False),
        (Seeker("men", "da"), False),
    ],
)
def test_a_group_about_something_else_is_shown_for_the_same_relation(
    seeker: Seeker, may: bool
) -> None:
    assert may_fit(WIDOWS, seeker) is may
