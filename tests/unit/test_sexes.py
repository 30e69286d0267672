"""What a person number tells of somebody's sex."""

import pytest

from klippekort.domain.sexes import Sex, sex_in


@pytest.mark.parametrize(
    ("number", "sex"),
    [("0101400000", Sex.WOMAN), ("0101400002", Sex.WOMAN), ("0101400001", Sex.MAN)],
)
def test_the_last_digit_tells(number: str, sex: Sex) -> None:
    assert sex_in(number) is sex
