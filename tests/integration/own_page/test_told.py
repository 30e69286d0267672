"""How a citizen chooses on her own page to be told things, and in which language."""

from uuid import uuid4

from flask.testing import FlaskClient

from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.queries.settings import language_of, wishes_of
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME
from tests.integration.own_page.arrange import Story
from tests.integration.own_page.visits import as_relative, by_card, signed_in


def test_she_chooses_how_she_is_told_and_in_which_language(
    client: FlaskClient, story: Story
) -> None:
    at = signed_in(client, story)
    assert f'href="{at}/beskeder"' in client.get(at).text
    said = {"key": str(uuid4()), "reminder": "call", "changes": "letter", "language": "pl"}
    assert client.post(f"{at}/beskeder", data=said).status_code == 303
    with acting_for(HOME):
        chosen = dict(wishes_of(story.cast.ellen).chosen)
        assert language_of(story.cast.ellen) == "pl"
    assert chosen == {Purpose.REMINDER: Channel.CALL, Purpose.CHANGES: Channel.LETTER}


def test_the_card_alone_does_not_choose_for_her(client: FlaskClient, story: Story) -> None:
    at = by_card(client, story)
    said = {"key": str(uuid4()), "reminder": "call", "language": "pl"}
    answer = client.post(f"{at}/beskeder", data=said)
    assert (answer.status_code, answer.location) == (303, f"{at}/kode/bes")
    with acting_for(HOME):
        assert language_of(story.cast.ellen) is None


def test_a_relative_does_not_choose_for_her(client: FlaskClient, story: Story) -> None:
    at = as_relative(client, story, "see", "book", "messages")
    assert f"{at}/beskeder" not in client.get(at).text
    assert client.get(f"{at}/beskeder").status_code == 403
