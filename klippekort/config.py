"""Typed settings from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting is missing or makes no sense; the message is one sentence for an operator."""


@dataclass(frozen=True)
class Settings:
    """What the program is told from outside.

    `database_url` is the app's own role; `owner_database_url` only migrates, on PostgreSQL as
    another role. `travel_url` is a route server; empty means that nothing leaves the house.
    """

    data_folder: Path
    database_url: str
    owner_database_url: str
    key_file: Path
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = False
    travel_url: str = ""

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
    )
