"""How often a fault is put to the program: often enough to notice, or as often as is promised."""

from collections.abc import Callable

import pytest

Often = Callable[[int, int], int]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let what is done as often as is promised take its hours."""
    if item.config.getoption("--promised"):
        item.add_marker(pytest.mark.timeout(0), append=False)


@pytest.fixture(scope="session")
def often(request: pytest.FixtureRequest) -> Often:
    """Choose between two numbers: of a usual run, and the promised one with `--promised`."""
    is_promised = request.config.getoption("--promised")
    return lambda usual, promised: promised if is_promised else usual
