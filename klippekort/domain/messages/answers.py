"""What somebody means who answers a text message, in Danish or in the language they are told in."""

import re
import unicodedata

_MARKS = re.compile(r"[^\w\s]+")
_STRETCH = "\u0640"  # lengthens an Arabic word, and says nothing


def _plain(text: str) -> str:
    """Return words as they are compared: small, without accents, marks and doubled blanks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in parts if not unicodedata.combining(one) and one != _STRETCH)
    return " ".join(_MARKS.sub(" ", kept).split())


def _words(*said: str) -> frozenset[str]:
    return frozenset(_plain(one) for one in said)


# What is read whatever language somebody is told in: all of them live in Denmark.
YES = _words("ja", "j", "jo", "jep", "ja tak", "jatak", "ja gerne", "ok", "yes", "y", "yes please")
YES |= _words("ja takk", "ja tack", "ja gjerne", "ja gärna")
NO = _words("nej", "n", "nej tak", "nejtak", "nej desværre", "ellers tak", "no", "no thanks")
NO |= _words("no thank you", "nei", "nei takk", "nej tack")
YES_IN: dict[str, frozenset[str]] = {
    "de": _words("ja bitte", "ja gern", "ja danke", "gern", "gerne"),
    "pl": _words("tak", "tak proszę", "tak chętnie", "tak dziękuję"),
    "ar": _words("نعم", "نعم شكرا", "نعم من فضلك", "أجل", "اي", "ايوه"),
    "tr": _words("evet", "evet lütfen", "evet teşekkürler", "olur"),
}
NO_IN: dict[str, frozenset[str]] = {
    "de": _words("nein", "nein danke", "leider nein", "leider nicht"),
    "pl": _words("nie", "nie dziękuję", "niestety nie"),
    "ar": _words("لا", "لا شكرا", "كلا"),
    "tr": _words("hayır", "hayir", "hayır teşekkürler", "hayir teşekkürler", "olmaz"),
}
# "Tak" is thanks in Danish and yes in Polish, where "no" is a loose yes: a person reads those.
UNCLEAR_IN: dict[str, frozenset[str]] = {"pl": _words("no", "nej tak", "nejtak")}


def read_answer(text: str, language: str = "da") -> bool | None:
    """Return True for a yes, False for a no, and None for all that a person must read.

    `language` is the code of the one it was asked in. Nothing is guessed: "ja, men ikke fredag" is
    no yes, and "tak" is one from whoever is told things in Polish, and from nobody else.
    """
    said = _plain(text)
    if said in UNCLEAR_IN.get(language, ()):
        return None
    if said in YES or said in YES_IN.get(language, ()):
        return True
    return False if said in NO or said in NO_IN.get(language, ()) else None
