"""What a reader has typed after looking at the square on a printed card.

A reader types like a keyboard, often an American one on a computer that is set to Danish: then `/`
comes out as `-`, `-` as `+`, `_` as `?` and `:` as `Æ`.
"""

import re

_CODE = r"[A-Za-z0-9_-]{16,64}"
_DANISH = str.maketrans({"-": "/", "+": "-", "?": "_", "Æ": ":", "æ": ";"})


def read_scan(typed: str, slug: str) -> str | None:
    """Return the secret of a card of this municipality, or None when there is none in it.

    The whole address is read, the path alone, or the bare secret typed by hand.
    """
    text = "".join(typed.split())
    address = re.compile(rf"(?:^|/)kort/{re.escape(slug)}/({_CODE})/?$")
    for said in (text, text.translate(_DANISH)):
        found = address.search(said)
        if found is not None:
            return found[1]
    return text if re.fullmatch(_CODE, text) else None
