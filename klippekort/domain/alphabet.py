"""The order of names in a list, as the reader's language has it.

Danish and Norwegian end with æ, ø and å, and read aa as å (Retskrivningsordbogen, § 3); Swedish
ends with å, ä and ö. Elsewhere accents are left out.
"""

import unicodedata
from functools import lru_cache

_NORDIC = {
    "da": ("abcdefghijklmnopqrstuvwxyzæøå", {"ä": "æ", "ö": "ø", "aa": "å"}),
    "nb": ("abcdefghijklmnopqrstuvwxyzæøå", {"ä": "æ", "ö": "ø", "aa": "å"}),
    "sv": ("abcdefghijklmnopqrstuvwxyzåäö", {"æ": "ä", "ø": "ö"}),
}
_PLAIN = ("abcdefghijklmnopqrstuvwxyz", {"æ": "ae", "ø": "o", "å": "a"})
_GAP, _SIGN, _DIGIT, _LETTER, _OTHER = 0, 1, 2, 12, 100


@lru_cache(maxsize=10_000)
def order(text: str, language: str = "da") -> tuple[tuple[int, ...], str]:
    """Return the key that sorts `text` in a list for readers of `language`.

    A gap comes before signs, digits and letters; small and large letters go together.
    """
    alphabet, sisters = _NORDIC.get(language, _PLAIN)
    small = unicodedata.normalize("NFC", text).casefold()
    for letter, sister in sisters.items():
        small = small.replace(letter, sister)
    ranks = [rank for letter in small for rank in _ranks(letter, alphabet)]
    return tuple(ranks), text


def _ranks(letter: str, alphabet: str) -> list[int]:
    if letter.isspace():
        return [_GAP]
    if letter in alphabet:
        return [_LETTER + alphabet.index(letter)]
    if letter.isdecimal():
        return [_DIGIT + int(letter)]
    plain = [one for one in unicodedata.normalize("NFD", letter) if one in alphabet]
    if plain:
        return [_LETTER + alphabet.index(one) for one in plain]
    return [_OTHER + ord(letter)] if letter.isalpha() else [_SIGN]
