"""Which language a page is read in: what the reader chose, where the page is offered in it."""

import pytest
from flask.testing import FlaskClient

from klippekort.platform.languages import LANGUAGES
from tests.cast import Cast
from tests.login import log_in

PUBLIC, STAFF = "/log-ind", "/borgere"


def lang_of(client: FlaskClient, path: str, code: str) -> str:
    """Return how the root of a page says its language and direction."""
    client.set_cookie("lang", code)
    page = client.get(path, follow_redirects=True).text
    return page[page.index("<html") : page.index(">", page.index("<html"))]


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_page_for_everybody_is_offered_in_all_languages(client: FlaskClient, code: str) -> None:
    language = LANGUAGES[code]
    said = f'<html lang="{language.html}" dir="{language.direction}"'
    assert lang_of(client, PUBLIC, code) == said


@pytest.mark.parametrize(
    ("code", "read"), [("nb", "nb"), ("sv", "sv"), ("de", "da"), ("ar", "da"), ("xx", "da")]
)
def test_staff_read_in_a_whole_language_or_in_danish(
    client: FlaskClient, cast: Cast, code: str, read: str
) -> None:
    log_in(client, cast.asta)
    assert lang_of(client, STAFF, code) == f'<html lang="{read}" dir="ltr"'


def test_a_page_offers_every_language_but_its_own(client: FlaskClient) -> None:
    page = client.get(PUBLIC, follow_redirects=True).text
    offered = {code for code in LANGUAGES if f'name="lang" value="{code}"' in page}
    assert offered == set(LANGUAGES) - {"da"}


def test_a_phone_number_keeps_its_order_among_words_from_right_to_left(
    client: FlaskClient, cast: Cast
) -> None:
    client.set_cookie("lang", "ar")
    page = client.get("/program/lindeby").text
    assert "\u206620 12 34 56\u2069" in page
