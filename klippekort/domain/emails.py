"""What an e-mail address looks like, wherever one is typed."""

import re

# Blanks around it are let go of. Whether anybody reads it is known only when something is sent.
EMAIL = r"\A\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*\Z"
LONGEST_EMAIL = 200


def is_email(typed: str) -> bool:
    """Say whether what was typed can be an e-mail address."""
    return len(typed.strip()) <= LONGEST_EMAIL and re.match(EMAIL, typed) is not None
