"""A long list, a page at a time."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from klippekort.platform.i18n import _

ROWS = 50


@dataclass(frozen=True)
class Leaf:
    """One page of a list: where it begins, its words, and the pages beside it."""

    offset: int
    words: str
    previous_url: str | None
    next_url: str | None


def leaf(total: int, endpoint: str, **values: Any) -> Leaf:
    """Return the page of a list that ?side= chooses."""
    last = max(1, -(-total // ROWS))
    number = min(max(1, request.args.get("side", 1, type=int)), last)
    offset = (number - 1) * ROWS
    words = _(
        "%(first)s–%(last)s of %(total)s",
        first=min(offset + 1, total),
        last=min(offset + ROWS, total),
        total=total,
    )
    before, after = (
        url_for(endpoint, side=page, **values) if 1 <= page <= last else None
        for page in (number - 1, number + 1)
    )
    return Leaf(offset, words, before, after)
