"""Which passwords are refused because anybody would try them here."""

# What the program and those who use it are called, and what common passwords are made of.
REFUSED = (
    "klippekort",
    "kommune",
    "adgangskode",
    "kodeord",
    "password",
    "passord",
    "qwerty",
    "123456",
    "654321",
    "abcdef",
)
FEWEST_OWN = 8
FEWEST_SIGNS = 5


def is_easily_guessed(password: str) -> bool:
    """Say whether a password rests on such words: fewer than FEWEST_OWN signs stand beside them.

    So does one of fewer than FEWEST_SIGNS different signs. Large and small letters are alike.
    """
    own = password.casefold()
    signs = len(set(own))
    for word in REFUSED:
        own = own.replace(word, "")
    return len(own.strip()) < FEWEST_OWN or signs < FEWEST_SIGNS
