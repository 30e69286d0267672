"""Sealing the words of feedback."""

from klippekort.feedback.models import Feedback
from klippekort.feedback.queries.feedback import place
from klippekort.platform.keys import keys


def seal(row: Feedback, **texts: str) -> None:
    """Keep texts sealed under the row's own key, by the names in `queries.feedback.SEALED`.

    No words are kept for an empty text.
    """
    for column, text in texts.items():
        sealed = None
        if text:
            key = place(row, "key")
            sealed = keys().encrypt(row.wrapped_key, key, text, place(row, column))
        setattr(row, f"{column}_encrypted", sealed)
