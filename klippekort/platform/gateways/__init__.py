"""How messages leave the house: gateways over HTTP, a mail server, push services, a folder, and
what they tell us.
"""

from dataclasses import dataclass, field

from flask import current_app

from klippekort.config import DigitalPost, MailServer, Settings, SmsGateway, VoiceGateway


class NotNow(Exception):
    """It was not taken, or nobody knows whether it was; the same may be sent again later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """It will never be taken: the number or address is wrong, or the words are."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outgoing:
    """One message as a gateway gets it. `key` is the same in every try; `subject` is a mail's.

    `asks` says whether a yes or no is asked for. `person_number` is opened for Digital Post alone:
    it is kept nowhere else, and never shown.
    """

    key: str
    to: str
    text: str
    subject: str = ""
    asks: bool = False
    person_number: str = field(default="", repr=False)


def told() -> Settings:
    """Return what the app at hand was told from outside."""
    found: Settings = current_app.extensions["settings"]
    return found


def text_gateway() -> SmsGateway | None:
    """Return who sends the app's text messages, or None."""
    return told().sms


def mail_server() -> MailServer | None:
    """Return who sends the app's e-mail, or None."""
    return told().mail


def voice_gateway() -> VoiceGateway | None:
    """Return who calls people and reads aloud for the app, or None."""
    return told().voice


def digital_post() -> DigitalPost | None:
    """Return where the app's Digital Post is handed over, or None."""
    return told().digital_post


def can_tell_at_once() -> bool:
    """Say whether there is anything that reaches people within minutes."""
    return text_gateway() is not None or voice_gateway() is not None or can_push()


def can_push() -> bool:
    """Say whether devices are sent notices."""
    return bool(told().push_contact)
