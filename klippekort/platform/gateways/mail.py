"""E-mail by a mail server: plain text, one person at a time."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

from klippekort.config import MailServer
from klippekort.platform.gateways import NotNow, Outgoing, Refused

TIMEOUT_SECONDS = 10
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


def letter_of(server: MailServer, message: Outgoing) -> EmailMessage:
    """Return a mail with the key as its Message-ID, the same in every try.

    Nothing in a name or subject can begin a header of its own. Raises Refused for what is no
    address.
    """
    if not _ADDRESS.fullmatch(message.to):
        raise Refused("address")
    domain = server.sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = Address(addr_spec=server.sender)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = _BREAKS.sub(" ", message.subject).strip()
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    mail["Date"] = formatdate(localtime=False)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    return mail


def send(server: MailServer, message: Outgoing) -> str:
    """Hand a mail to the server and return its Message-ID. Raises NotNow and Refused."""
    mail = letter_of(server, message)
    try:
        with _connected(server) as line:
            if server.user:
                line.login(server.user, server.password)
            line.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        raise _refusal(max(codes, default=450)) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotNow("log_in") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(type(error).__name__) from error
    return str(mail["Message-ID"])[:120]


def _connected(server: MailServer) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=secure)
    line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "starttls":
        try:
            line.starttls(context=secure)
        except Exception:
            line.close()
            raise
    return line


def _refusal(code: int) -> NotNow | Refused:
    return Refused(f"smtp_{code}") if 500 <= code < 600 else NotNow(f"smtp_{code}")
