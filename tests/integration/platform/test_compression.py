"""Pages are sent compressed to browsers that can read that."""

import gzip

from flask.testing import FlaskClient


def test_a_page_is_sent_as_gzip_to_a_browser_that_takes_it(client: FlaskClient) -> None:
    plain = client.get("/log-ind")
    sent = client.get("/log-ind", headers={"Accept-Encoding": "br, gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert len(sent.data) < len(plain.data) / 2
    assert "<h1>" in gzip.decompress(sent.data).decode()


def test_a_page_is_sent_as_it_is_to_a_browser_that_takes_no_gzip(client: FlaskClient) -> None:
    page = client.get("/log-ind", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in page.headers
    assert "<h1>" in page.get_data(as_text=True)


def test_no_cache_mixes_the_two_up(client: FlaskClient) -> None:
    assert {"Cookie", "Accept-Encoding"} <= set(client.get("/log-ind").vary)


def test_a_picture_is_left_alone(client: FlaskClient) -> None:
    icon = client.get("/favicon.ico", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "Content-Encoding" not in icon.headers
