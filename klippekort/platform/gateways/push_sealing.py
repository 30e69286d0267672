"""A notice sealed for one browser, so that the push service between cannot read it.

RFC 8291 says how the key is agreed on, RFC 8188 how the text is laid (`aes128gcm`, one record).
Ciphers and curves are cryptography's; the one library that does the rest comes as source alone,
and what we install must come built.
"""

import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
SALT_BYTES, RECORD_BYTES = 16, 4096
_LAST_RECORD = b"\x02"


def seal(
    text: bytes, *, point: bytes, secret: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Return the body of a push message that only the browser with this point and secret opens.

    `own` and `salt` (16 bytes) are for this message alone. Raises ValueError for a point that is
    not on the curve, and for a text that does not fit in one record.
    """
    if len(text) + 1 + 16 > RECORD_BYTES:
        raise ValueError(f"{len(text)} bytes are too long for a notice")
    sender = _point(own.public_key())
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    key, nonce = keys_for(own.exchange(ec.ECDH(), receiver), secret, point, sender, salt)
    header = salt + struct.pack("!LB", RECORD_BYTES, len(sender)) + sender
    return header + AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)


def keys_for(
    shared: bytes, secret: bytes, receiver: bytes, sender: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """Return the key and the nonce that both ends work out from what they share."""
    about = b"WebPush: info\x00" + receiver + sender
    agreed = _derived(shared, secret, about, 32)
    key = _derived(agreed, salt, b"Content-Encoding: aes128gcm\x00", 16)
    return key, _derived(agreed, salt, b"Content-Encoding: nonce\x00", 12)


def _derived(what: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, about).derive(what)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
