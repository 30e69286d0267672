"""The story that the citizen's own pages are tried with."""

import pytest

from tests.cast import Cast
from tests.integration.own_page.arrange import Story, arrange


@pytest.fixture
def story(cast: Cast) -> Story:
    """Ellen with a card, an activity next week, and Bo on duty that day."""
    return arrange(cast)
