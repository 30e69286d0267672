"""What somebody means who answers a text message."""

import re

YES = frozenset(
    {"ja", "j", "jo", "jep", "ja tak", "jatak", "ok", "yes", "y", "ja gerne", "ja takk", "ja tack"}
)
NO = frozenset(
    {"nej", "n", "nej tak", "nejtak", "no", "ellers tak", "nej desværre"}
    | {"nei", "nei takk", "nej tack"}
)
_MARKS = re.compile(r"[^\w\s]+")


def read_answer(text: str) -> bool | None:
    """Return True for a yes, False for a no, and None for all that a person must read.

    Nothing is guessed: "ja, men ikke fredag" is no yes.
    """
    said = " ".join(_MARKS.sub(" ", text.casefold()).split())
    if said in YES:
        return True
    return False if said in NO else None
