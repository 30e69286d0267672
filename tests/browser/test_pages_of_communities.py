"""Every page of activities, groups and those who help in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser.page_checks import (  # noqa: F401  tests, run here on our part of the pages
    found,
    is_of_communities,
    test_a_first_load_is_weighed_with_its_fonts_and_styles,
    test_every_page_is_looked_at,
    test_no_page_asks_for_many_files,
    test_no_page_breaks_the_policy_or_leaves_this_machine,
    test_no_page_fails,
    test_the_first_load_of_no_page_is_heavy,
    test_the_next_load_of_no_page_is_heavy,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def is_ours() -> Callable[[str], bool]:
    """Say which pages are looked at here."""
    return is_of_communities
