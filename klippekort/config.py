"""Typed settings from the environment."""

import os
import re
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
class VoiceGateway:
    """Who calls people for us and reads aloud. `secret` signs what they tell us of keys pressed."""

    url: str
    token: str = field(repr=False)
    caller: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class DigitalPost:
    """Where Digital Post is handed to the system that distributes it: a folder, or an address that
    it is posted to with a token. `secret` signs what that system tells us.
    """

    folder: Path | None = None
    url: str = ""
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class GivenProvider:
    """Who vouches for people of the municipality `slug`: its `staff`, or its `citizens`."""

    slug: str
    kind: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """What the program is told from outside.

    `database_url` is the app's own role; `owner_database_url` only migrates, on PostgreSQL as
    another role. `travel_url` is a route server; empty means that nothing leaves the house. Without
    `sms` and `mail` nothing is sent, and people are called. `public_url` is where browsers find us;
    empty means where they asked. `inner_hosts` are those inside the house that we may ask, though
    their addresses were typed in on a page. `providers` vouch for people by OpenID Connect.
    Letters of the law are laid in `filing_folder`, and each evening the next day's lists in
    `day_list_folder`, where they are said. Push services reach us at `push_contact`; without it no
    device is sent notices. The record of looks
    is anchored in `anchor_file`, and by mail to `anchor_mail`.
    The log is written as `log_format` says. Numbers are given to this machine, and to whoever has
    the `metrics_token`. What `proxies` say of where a request came from is believed. Somebody is
    told when no copy was taken for `backup_hours`; 0 is never. Without `prepares` PostgreSQL plans
    each statement anew, as a pooler between needs that keeps no prepared ones.
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
    anchor_file: Path | None = None
    anchor_mail: str = ""
    public_url: str = ""
    inner_hosts: frozenset[str] = frozenset()
    providers: tuple[GivenProvider, ...] = ()
    filing_folder: Path | None = None
    day_list_folder: Path | None = None
    push_contact: str = ""
    voice: VoiceGateway | None = None
    digital_post: DigitalPost | None = None
    log_format: str = "plain"
    metrics_token: str = field(default="", repr=False)
    backup_hours: int = 26
    proxies: int = 0
    accessibility_url: str = ""
    prepares: bool = True

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
    said = _gateway(environment, "SMS")
    sender = environment.get("KLIPPEKORT_SMS_SENDER", "").strip() or "Klippekort"
    return SmsGateway(said[0], said[1], sender, said[2]) if said else None


def _voice(environment: Mapping[str, str]) -> VoiceGateway | None:
    """Return who calls people and reads aloud, or None where no address is given."""
    said = _gateway(environment, "VOICE")
    caller = environment.get("KLIPPEKORT_VOICE_CALLER", "").strip()
    return VoiceGateway(said[0], said[1], caller, said[2]) if said else None


def _digital_post(environment: Mapping[str, str]) -> DigitalPost | None:
    """Return where Digital Post is handed over, or None: a folder, or an address."""
    folder = _folder(environment, "KLIPPEKORT_DIGITAL_POST")
    said = _gateway(environment, "DIGITAL_POST")
    if folder and said:
        raise BadSetting("Say KLIPPEKORT_DIGITAL_POST or KLIPPEKORT_DIGITAL_POST_URL, not both.")
    if said:
        return DigitalPost(None, *said)
    return DigitalPost(folder) if folder else None


def _gateway(environment: Mapping[str, str], name: str) -> tuple[str, str, str] | None:
    """Return the address of a gateway, its key for us and the secret it signs with, or None."""
    begin = f"KLIPPEKORT_{name}_"
    url = environment.get(f"{begin}URL", "").strip()
    if not url:
        return None
    host, scheme = urlsplit(url).hostname, urlsplit(url).scheme
    if not _is_plain_address(url) or (scheme == "http" and host not in LOOPBACK):
        raise BadSetting(f"{begin}URL must be like https://gateway.example/send.")
    token = environment.get(f"{begin}TOKEN", "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise BadSetting(f"{begin}TOKEN is missing: the gateway's own key for us.")
    secret = environment.get(f"{begin}SECRET", "").strip().removeprefix("whsec_")
    if not _is_secret(secret):
        raise BadSetting(f"{begin}SECRET must be 24 bytes or more, written as base64.")
    return url, token, secret


def _push_contact(text: str) -> str:
    """Return where push services write to us: an e-mail address, or nothing."""
    local, _at, host = text.partition("@")
    is_one = bool(local and "." in host) and text.isascii() and text.isprintable()
    if text and (not is_one or " " in text):
        raise BadSetting("KLIPPEKORT_PUSH_CONTACT must be an e-mail address of yours.")
    return text


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


def _public_url(text: str) -> str:
    """Return the address browsers know us by, without a slash at its end, or nothing."""
    if not text:
        return ""
    parts = urlsplit(text)
    is_open = parts.scheme == "http" and parts.hostname in LOOPBACK
    if (
        not _is_plain_address(text)
        or parts.path.strip("/")
        or not (is_open or parts.scheme == "https")
    ):
        raise BadSetting("KLIPPEKORT_PUBLIC_URL must be like https://klippekort.example.dk.")
    return text.rstrip("/")


_PROVIDER = re.compile(r"KLIPPEKORT_OIDC_([A-Z0-9_]+)_(STAFF|CITIZENS)")


def _providers(environment: Mapping[str, str]) -> tuple[GivenProvider, ...]:
    """Return who vouches for people, as KLIPPEKORT_OIDC_LINDEBY_STAFF says it in three words."""
    found = []
    for name, said in sorted(environment.items()):
        match, words = _PROVIDER.fullmatch(name), said.split()
        if match is None or not words:
            continue
        if len(words) != 3 or not _is_plain_address(words[0]):
            raise BadSetting(f"{name} must be an issuer's address, a client id and its secret.")
        slug = match[1].lower().replace("_", "-")
        found.append(GivenProvider(slug, match[2].lower(), *words))
    return tuple(found)


def _folder(environment: Mapping[str, str], name: str) -> Path | None:
    """Return a folder that something is laid in, or None where none is said."""
    said = environment.get(name, "").strip()
    if not said:
        return None
    if not Path(said).is_absolute():
        raise BadSetting(f"{name} must be a whole path that begins with /, not {said!r}.")
    return Path(said)


def _log_format(text: str) -> str:
    """Return how the log is written: `plain` lines, or `json` for machines."""
    if text not in ("", "plain", "json"):
        raise BadSetting(f"KLIPPEKORT_LOG must be plain or json, not {text!r}.")
    return text or "plain"


def _metrics_token(text: str) -> str:
    """Return what lets another machine read the numbers, or nothing: then only this one may."""
    if text and (len(text) < FEWEST_SECRET_BYTES or not text.isascii() or " " in text):
        raise BadSetting("KLIPPEKORT_METRICS_TOKEN must be 24 letters and digits or more.")
    return text


def _hours(text: str) -> int:
    """Return after how many hours without a copy somebody must be told; 0 is never."""
    if text and not (text.isdigit() and int(text) <= 8784):
        raise BadSetting("KLIPPEKORT_BACKUP_HOURS must be a number of hours, or 0 for never.")
    return int(text) if text else 26


def _proxies(text: str) -> int:
    """Return how many proxies of ours hand requests on, each adding where it got them from."""
    if text and not (text.isdigit() and int(text) <= 5):
        raise BadSetting("KLIPPEKORT_PROXIES must be the number of proxies before us: 1, mostly.")
    return int(text) if text else 0


def _prepares(text: str) -> bool:
    """Say whether PostgreSQL, or the pooler before it, keeps prepared statements."""
    if text not in ("", "yes", "no"):
        raise BadSetting(f"KLIPPEKORT_PREPARE must be yes or no, not {text!r}.")
    return text != "no"


def _accessibility_url(text: str) -> str:
    """Return where the accessibility statement of whoever runs this stands; empty is our page."""
    parts = urlsplit(text)
    is_good = parts.scheme == "https" and parts.hostname and not parts.username
    if text and not (is_good and text.isprintable() and " " not in text):
        raise BadSetting("KLIPPEKORT_ACCESSIBILITY_URL must be like https://www.was.digst.dk/….")
    return text


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
        anchor_file=Path(environment.get("KLIPPEKORT_ANCHOR_FILE") or data / "anchors.jsonl"),
        anchor_mail=environment.get("KLIPPEKORT_ANCHOR_MAIL", "").strip(),
        public_url=_public_url(environment.get("KLIPPEKORT_PUBLIC_URL", "").strip()),
        inner_hosts=frozenset(environment.get("KLIPPEKORT_INNER_HOSTS", "").lower().split()),
        providers=_providers(environment),
        filing_folder=_folder(environment, "KLIPPEKORT_FILING"),
        day_list_folder=_folder(environment, "KLIPPEKORT_DAY_LISTS"),
        push_contact=_push_contact(environment.get("KLIPPEKORT_PUSH_CONTACT", "").strip()),
        voice=_voice(environment),
        digital_post=_digital_post(environment),
        log_format=_log_format(environment.get("KLIPPEKORT_LOG", "").strip()),
        metrics_token=_metrics_token(environment.get("KLIPPEKORT_METRICS_TOKEN", "").strip()),
        backup_hours=_hours(environment.get("KLIPPEKORT_BACKUP_HOURS", "").strip()),
        proxies=_proxies(environment.get("KLIPPEKORT_PROXIES", "").strip()),
        accessibility_url=_accessibility_url(
            environment.get("KLIPPEKORT_ACCESSIBILITY_URL", "").strip()
        ),
        prepares=_prepares(environment.get("KLIPPEKORT_PREPARE", "").strip()),
    )
