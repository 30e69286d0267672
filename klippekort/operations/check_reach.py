"""Checks of how the program is reached, and of whom it must reach itself."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from klippekort.config import LOOPBACK, MailServer, Settings
from klippekort.operations.findings import Finding, fine, unchecked, wrong

SECONDS = 5


def check_line(settings: Settings) -> Iterator[Finding]:
    """Everything between a browser and here must be sealed, unless both are on this machine."""
    is_far = settings.host not in LOOPBACK
    is_sealed = settings.public_url.startswith("https://")
    if is_sealed and not settings.secure_cookies:
        yield wrong("Log-ins could go over an open line; set KLIPPEKORT_SECURE_COOKIES=yes.")
    elif settings.secure_cookies and not settings.public_url:
        yield wrong("Say where browsers find us: KLIPPEKORT_PUBLIC_URL=https://….")
    elif is_far and not settings.secure_cookies:
        yield wrong(
            f"{settings.host} can be reached by others without TLS; let HOST be 127.0.0.1 behind "
            "a proxy, and set KLIPPEKORT_SECURE_COOKIES=yes and KLIPPEKORT_PUBLIC_URL=https://…."
        )
    elif is_sealed:
        yield fine(f"Browsers come over TLS to {settings.public_url}.")
        if settings.proxies:
            yield unchecked("Whether the proxy sends Host and X-Forwarded-For: see docs/deploy.md.")
        else:
            yield wrong(
                "Everybody seems to come from the proxy; set KLIPPEKORT_PROXIES=1, and let it send "
                "X-Forwarded-For as docs/deploy.md shows."
            )
    else:
        yield fine("Only this machine reaches the program; put a proxy with TLS before it.")
    if (settings.sms or settings.mail) and not settings.public_url:
        yield wrong("Links in messages lead nowhere; set KLIPPEKORT_PUBLIC_URL=https://….")


def check_gateways(settings: Settings) -> Iterator[Finding]:
    """Ask the mail server and the text gateway whether they are there; nothing is sent."""
    yield check_mail(settings.mail)
    if settings.sms is None:
        yield fine("No text messages are sent; people are called.")
    else:
        yield check_open("The text gateway", settings.sms.url)
    for provider in settings.providers:
        yield check_open(f"The log-in of {provider.slug} ({provider.kind})", provider.issuer)


def check_mail(server: MailServer | None) -> Finding:
    """Greet the mail server, sealed as it will be when something is sent, and log in."""
    if server is None:
        return fine("No e-mail is sent; people are called.")
    where = f"{server.host}:{server.port}"
    try:
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
            if server.security == "tls"
            else smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        ) as said:
            if server.security == "starttls":
                said.starttls(context=context)
            if server.user:
                said.login(server.user, server.password)
            said.noop()
    except smtplib.SMTPAuthenticationError:
        return wrong(f"The mail server {where} refuses KLIPPEKORT_SMTP_USER and its password.")
    except (OSError, smtplib.SMTPException) as error:
        return wrong(
            f"The mail server {where} does not answer as it should: {type(error).__name__}."
        )
    return fine(f"The mail server {where} answers.")


def check_open(what: str, url: str) -> Finding:
    """Say whether somebody answers at an address."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=SECONDS):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return wrong(f"{what} at {parts.hostname}:{port} cannot be reached: {reason}.")
    return fine(f"{what} at {parts.hostname}:{port} answers.")
