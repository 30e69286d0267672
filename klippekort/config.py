"""Typed settings from the environment."""

import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting is missing or makes no sense; the message is one sentence for an operator."""


FEWEST_SECRET_BYTES = 24
_MAIL_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class SmsGateway:
    """Who sends text messages for us. `secret` (bytes in base64) signs what they tell us; without
    it nothing they tell is believed.
    """

    url: str
    token: str = field(repr=False)
    sender: str = "Klippekort"
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailServer:
    """Who sends e-mail for us. `security` is tls, starttls, or none (on this machine alone)."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What the program is told from outside.

    `database_url` is the app's own role; `owner_database_url` only migrates, on PostgreSQL as
    another role. `travel_url` is a route server; empty means that nothing leaves the house. Without
    `sms` and `mail` nothing is sent, and people are called.
    """

    data_folder: Path
    database_url: str
    owner_database_url: str
    key_file: Path
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    travel_url: str = ""
    sms: SmsGateway | None = None
    mail: MailServer | None = None

    @property
    def is_embedded(self) -> bool:
        """Say whether the database is the SQLite file of this process alone."""
        return self.database_url.startswith("sqlite")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise BadSetting(f"PORT must be a number from 0 to 65535, not {text!r}.")
    return int(text)


def _url(text: str) -> str:
    """Return `text` with the driver we use named, so that no other is picked by chance."""
    for short in ("postgres://", "postgresql://"):
        if text.startswith(short):
            return "postgresql+psycopg://" + text.removeprefix(short)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("KLIPPEKORT_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return text


def _travel_url(text: str) -> str:
    """Return the address of a route server, or nothing; it is only asked over http or https."""
    if text and not _is_plain_address(text):
        raise BadSetting(
            "KLIPPEKORT_TRAVEL_URL must be like http://routes.example:5000, without a log-in or ?."
        )
    return text


def _is_plain_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_open = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False
    extra = parts.query or parts.fragment or parts.username or parts.password
    return bool(is_open and parts.hostname and not extra)


def _sms(environment: Mapping[str, str]) -> SmsGateway | None:
    """Return the text gateway, or None where no address is given."""
    url = environment.get("KLIPPEKORT_SMS_URL", "").strip()
    if not url:
        return None
    host, scheme = urlsplit(url).hostname, urlsplit(url).scheme
    if not _is_plain_address(url) or (scheme == "http" and host not in LOOPBACK):
        raise BadSetting("KLIPPEKORT_SMS_URL must be like https://sms.example/send.")
    token = environment.get("KLIPPEKORT_SMS_TOKEN", "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise BadSetting("KLIPPEKORT_SMS_TOKEN is missing: the gateway's own key for us.")
    sender = environment.get("KLIPPEKORT_SMS_SENDER", "").strip() or "Klippekort"
    secret = environment.get("KLIPPEKORT_SMS_SECRET", "").strip().removeprefix("whsec_")
    if not _is_secret(secret):
        raise BadSetting("KLIPPEKORT_SMS_SECRET must be 24 bytes or more, written as base64.")
    return SmsGateway(url, token, sender, secret)


def _is_secret(text: str) -> bool:
    """Say whether there is no secret, or one long enough to sign with."""
    try:
        return not text or len(b64decode(text, validate=True)) >= FEWEST_SECRET_BYTES
    except ValueError:
        return False


def _mail(environment: Mapping[str, str]) -> MailServer | None:
    """Return the mail server, or None where no address is given."""
    url = environment.get("KLIPPEKORT_SMTP_URL", "").strip()
    if not url:
        return None
    refusal = BadSetting("KLIPPEKORT_SMTP_URL must be like smtp://mail.example:587 or smtps://….")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise refusal from error
    if parts.scheme not in _MAIL_PORTS or not host or parts.username or parts.path.strip("/"):
        raise refusal
    security = "tls" if parts.scheme == "smtps" else "none" if host in LOOPBACK else "starttls"
    sender = environment.get("KLIPPEKORT_MAIL_FROM", "").strip()
    if "@" not in sender or not sender.isprintable() or " " in sender:
        raise BadSetting("KLIPPEKORT_MAIL_FROM must be an e-mail address that answers go to.")
    return MailServer(
        host,
        port or _MAIL_PORTS[parts.scheme],
        security,
        sender,
        environment.get("KLIPPEKORT_SMTP_USER", ""),
        environment.get("KLIPPEKORT_SMTP_PASSWORD", ""),
    )


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings, or raise BadSetting with one clear sentence."""
    data = Path(environment.get("KLIPPEKORT_DATA_FOLDER", "var")).resolve()
    url = _url(environment.get("KLIPPEKORT_DATABASE_URL") or f"sqlite:///{data / 'klippekort.db'}")
    owner = environment.get("KLIPPEKORT_OWNER_DATABASE_URL")
    return Settings(
        data_folder=data,
        database_url=url,
        owner_database_url=_url(owner) if owner else url,
        key_file=Path(environment.get("KLIPPEKORT_KEY_FILE") or data / "keys.json"),
        host=environment.get("HOST", "127.0.0.1"),
        port=_port(environment.get("PORT", "8000")),
        secure_cookies=environment.get("KLIPPEKORT_SECURE_COOKIES", "no") == "yes",
        travel_url=_travel_url(environment.get("KLIPPEKORT_TRAVEL_URL", "").strip()),
        sms=_sms(environment),
        mail=_mail(environment),
    )
