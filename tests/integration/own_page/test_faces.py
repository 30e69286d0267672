"""A care worker's own picture is sent to those whom she comes to, and to nobody else."""

from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image

from klippekort.platform.ids import new_id
from tests.integration.own_page.arrange import Story, book
from tests.integration.own_page.visits import by_card, press
from tests.login import log_in


def _show_face(client: FlaskClient, story: Story) -> str:
    """Let Bo put his picture there, and return where Ellen would see it."""
    drawn = BytesIO()
    Image.new("RGB", (60, 60), "#0b5a5a").save(drawn, "JPEG")
    log_in(client, story.cast.bo)
    file = (BytesIO(drawn.getvalue()), "bo.jpg")
    sent = client.post("/mit-billede", data={"key": str(new_id()), "file": file})
    assert sent.status_code == 303
    return f"/billede/{story.cast.bo.person_id}"


def test_whoever_he_comes_to_sees_him(client: FlaskClient, story: Story) -> None:
    book(story)
    path = _show_face(client, story)
    page = by_card(client, story)
    assert page + path in client.get(page).text
    assert client.get(page + path).mimetype == "image/jpeg"


def test_nobody_else_does(client: FlaskClient, story: Story) -> None:
    path = _show_face(client, story)
    assert client.get(by_card(client, story) + path).status_code == 404


def test_he_takes_it_away_again(client: FlaskClient, story: Story) -> None:
    book(story)
    path = _show_face(client, story)
    press(client, "/mit-billede/fjern")
    page = by_card(client, story)
    assert page + path not in client.get(page).text
