"""A browser that goes from the app to the provider and back."""

from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.identity_provider import Provider


def go(idp: Provider, client: FlaskClient, page: str = "/log-ind/kommune/lindeby") -> str:
    """Follow the log-in link to the provider, log in there, and return where the browser goes."""
    sent = client.get(page)
    assert sent.status_code == 303, sent.text
    answer = requests.get(sent.location, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/log-ind/svar"
    return f"{back.path}?{back.query}"


def log_in(
    idp: Provider, client: FlaskClient, page: str = "/log-ind/kommune/lindeby"
) -> TestResponse:
    """Log in by the provider and return the app's answer."""
    return client.get(go(idp, client, page))
