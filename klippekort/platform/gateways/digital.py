"""Digital Post by way of the municipality's own distribution system: MeMo packages in a folder, or
posted to an address.
"""

import json
import os
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as Xml

from klippekort.config import DigitalPost
from klippekort.platform.gateways import NotNow
from klippekort.platform.gateways.posting import post

NAMESPACE = "https://DigitalPost.dk/MeMo-1"
VERSION, SCHEMA_VERSION = "1.1", "1.1.0"
LONGEST_LABEL = 255
RECEIPTS = "receipts"
MOST_RECEIPTS = 200


@dataclass(frozen=True)
class Package:
    """A message with its document, from an organisation's number (CVR) to a person's (CPR)."""

    id: UUID
    label: str
    sender_number: str
    sender_name: str
    person_number: str = field(repr=False)
    document: bytes = field(repr=False)
    made_at: datetime


def memo(package: Package) -> bytes:
    """Return a package as MeMo XML: the same package is the same bytes in every try."""
    Xml.register_namespace("memo", NAMESPACE)
    versions = {"memoVersion": VERSION, "memoSchVersion": SCHEMA_VERSION}
    root = Xml.Element(f"{{{NAMESPACE}}}Message", versions)
    head = _in(root, "MessageHeader")
    _in(head, "messageType", "DIGITALPOST")
    _in(head, "messageUUID", str(package.id))
    _in(head, "label", package.label[:LONGEST_LABEL])
    _in(head, "mandatory", "false")
    _in(head, "legalNotification", "false")
    sender = _in(head, "Sender")
    _in(sender, "senderID", package.sender_number)
    _in(sender, "idType", "CVR")
    _in(sender, "label", package.sender_name)
    recipient = _in(head, "Recipient")
    _in(recipient, "recipientID", package.person_number)
    _in(recipient, "idType", "CPR")
    body = _in(root, "MessageBody")
    made = package.made_at.astimezone(UTC).replace(microsecond=0)
    _in(body, "createdDateTime", made.strftime("%Y-%m-%dT%H:%M:%SZ"))
    file = _in(_in(body, "MainDocument"), "File")
    _in(file, "encodingFormat", "application/pdf")
    _in(file, "filename", f"{package.id}.pdf")
    _in(file, "language", "da")
    _in(file, "content", b64encode(package.document).decode())
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def send(place: DigitalPost, key: str, package: Package) -> str:
    """Hand a package over and return the name it was taken under.

    In a folder its name is its key, and it is there whole or not at all. Raises NotNow and Refused.
    """
    written = memo(package)
    if place.folder is None:
        return post(place.url, place.token, key, written, "application/xml")
    try:
        return _lay(place.folder, f"{key}.xml", written)
    except OSError as error:
        raise NotNow(type(error).__name__) from error


def _lay(folder: Path, name: str, written: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    halfway = folder / f".{name}.{os.getpid()}"
    handle = os.open(halfway, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    halfway.replace(folder / name)
    return name


def _in(parent: Xml.Element, name: str, text: str = "") -> Xml.Element:
    child = Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text or None
    return child


@dataclass(frozen=True)
class Receipt:
    """What the distribution system has laid in the folder about a package."""

    path: Path
    message_id: UUID
    is_delivered: bool
    code: str


def receipts(place: DigitalPost, home_id: int) -> list[Receipt]:
    """Return the receipts that lie in the folder for one municipality, by name.

    One that cannot be read is put aside under another name, for a person to look at.
    """
    if place.folder is None or not (place.folder / RECEIPTS).is_dir():
        return []
    found = []
    for path in sorted((place.folder / RECEIPTS).glob(f"{home_id}.*.json"))[:MOST_RECEIPTS]:
        try:
            said = json.loads(path.read_text("utf-8"))
            is_delivered = {"COMPLETED": True, "INVALID": False}[said["receiptStatus"]]
            code = str(said.get("errorCode") or "")
            found.append(Receipt(path, UUID(said["messageUUID"]), is_delivered, code))
        except (ValueError, KeyError, TypeError, AttributeError):
            path.replace(path.with_suffix(".unread"))
        except OSError:
            continue
    return found
