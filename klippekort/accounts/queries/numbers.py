"""A question that accounts cannot answer: which citizen has a person number."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WhoHasNumber:
    """Asks which citizen of the municipality at hand has this person number; the answer is her id,
    or nothing. The number is never shown.
    """

    number: str = field(repr=False)
