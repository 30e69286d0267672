"""A screen that many share: a card is read, and nothing of whoever was there is left behind."""

import pytest
from flask.testing import FlaskClient

from tests.integration.own_page.arrange import Story, book, give_card
from tests.integration.own_page.visits import at_kiosk, press


def test_no_secret_stands_in_any_address_after_the_scan(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    answer = press(client, "/kiosk/lindeby", scan=f"https://x.dk/kort/lindeby/{token}")
    assert (answer.status_code, answer.location) == (303, "/kiosk/lindeby/kort")
    assert "firecifrede" in client.get("/kiosk/lindeby/kort").text
    opened = press(client, "/kiosk/lindeby/kort", pin="4711")
    assert opened.location == "/kiosk/lindeby/kort"
    assert token not in client.get("/kiosk/lindeby/kort").text


def test_what_is_no_card_is_said_kindly(client: FlaskClient, story: Story) -> None:
    answer = press(client, "/kiosk/lindeby", scan="5701234567890")
    assert answer.status_code == 422
    assert "5701234567890" not in answer.text


def test_done_leaves_no_trace(client: FlaskClient, story: Story) -> None:
    book(story)
    page = at_kiosk(client, story)
    secret = client.get_cookie("card", path="/kiosk")
    assert secret is not None
    press(client, f"{page}/laesning", size="3")
    answer = client.post(f"{page}/luk")
    assert answer.location == "/kiosk/lindeby"
    for name, path in (("card", "/kiosk"), ("kiosk", "/kiosk"), ("liking", "/")):
        assert client.get_cookie(name, path=path) is None
    assert "Ellen" not in client.get(page, follow_redirects=True).text
    client.set_cookie("card", secret.value, path="/kiosk", domain="localhost")
    assert "Ellen" not in client.get(page, follow_redirects=True).text


def test_the_first_page_closes_what_was_left_open(client: FlaskClient, story: Story) -> None:
    page = at_kiosk(client, story)
    client.get("/kiosk/lindeby", follow_redirects=True)
    assert "Ellen" not in client.get(page, follow_redirects=True).text


def test_a_new_card_ends_the_page_before_it(client: FlaskClient, story: Story) -> None:
    page = at_kiosk(client, story)
    press(client, "/kiosk/lindeby", scan=give_card(story))
    assert "Hej Ellen" not in client.get(page).text


@pytest.mark.parametrize("path", ["", "/kort", "/kort/oenske", "/kort/laesning"])
def test_nothing_is_kept_by_the_browser(client: FlaskClient, story: Story, path: str) -> None:
    at_kiosk(client, story)
    answer = client.get(f"/kiosk/lindeby{path}", follow_redirects=True)
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_unknown_place_is_not_found(client: FlaskClient, story: Story) -> None:
    assert client.get("/kiosk/nowhere").status_code == 404
