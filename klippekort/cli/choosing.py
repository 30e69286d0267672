"""Which municipality a command is about."""

from klippekort.cli.commands import Refusal
from klippekort.municipalities.queries import find_by_slug, list_municipalities


def municipality_number(slug: str | None) -> int:
    """Return the number of the municipality called `slug`, or of the only one there is.

    Raises Refusal, naming those there are.
    """
    there = {row.slug: row.id for row in list_municipalities()}
    if slug is not None:
        found = find_by_slug(slug)
        if found is None:
            raise Refusal(f"There is no municipality {slug}; there are: {', '.join(there)}.")
        return found.id
    if len(there) != 1:
        raise Refusal(f"Say which with --municipality; there are: {', '.join(there) or 'none'}.")
    return next(iter(there.values()))
