"""A notice is sealed as the standard's own example is (RFC 8291, section 5)."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from klippekort.platform.gateways.push_sealing import CURVE, RECORD_BYTES, seal

SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sealed(text: bytes, point: bytes = raw(RECEIVER)) -> bytes:
    own = ec.derive_private_key(int.from_bytes(raw(SENDER), "big"), CURVE)
    return seal(text, point=point, secret=raw(SECRET), own=own, salt=raw(SALT))


def test_the_example_of_the_standard() -> None:
    assert sealed(b"When I grow up, I want to be a watermelon") == raw(SEALED)


def test_a_text_that_needs_two_records_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        sealed(b"x" * (RECORD_BYTES - 16))


def test_a_point_beside_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r"(?i)curve|point|key"):
        sealed(b"x", b"\x04" + b"\x01" * 64)
