"""How many text messages a text becomes: the alphabet of telephones, or two bytes a letter."""

import math

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")
_BASIC_ALONE, _BASIC_EACH = 160, 153
_WIDE_ALONE, _WIDE_EACH = 70, 67
MOST_SEGMENTS = 2


def segments(text: str) -> int:
    """Return how many text messages this is sent, and paid, as."""
    if all(mark in _BASIC or mark in _DOUBLE for mark in text):
        length = len(text) + sum(mark in _DOUBLE for mark in text)
        return _count(length, _BASIC_ALONE, _BASIC_EACH)
    return _count(len(text.encode("utf-16-be")) // 2, _WIDE_ALONE, _WIDE_EACH)


def _count(length: int, alone: int, each: int) -> int:
    return 1 if length <= alone else math.ceil(length / each)
