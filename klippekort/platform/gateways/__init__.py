"""How messages leave the house: a text gateway over HTTP, a mail server, and what they tell us."""

from dataclasses import dataclass

from flask import current_app

from klippekort.config import MailServer, Settings, SmsGateway


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
    """One message as a gateway gets it. `key` is the same in every try; `subject` is a mail's."""

    key: str
    to: str
    text: str
    subject: str = ""


def text_gateway() -> SmsGateway | None:
    """Return who sends the app's text messages, or None."""
    told: Settings = current_app.extensions["settings"]
    return told.sms


def mail_server() -> MailServer | None:
    """Return who sends the app's e-mail, or None."""
    told: Settings = current_app.extensions["settings"]
    return told.mail
