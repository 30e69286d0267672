"""Look at a page as a browser gets it."""

from flask.testing import FlaskClient

from tests.pages import faults_of


def faults_at(client: FlaskClient, address: str) -> list[str]:
    """Return what is wrong with the page at an address, with form tokens switched on."""
    config = client.application.config
    config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.get(address)
    finally:
        config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    return faults_of(answer.text)
