"""What the week board was asked for, carried on to the pages that lead back to it."""

from typing import Any

from flask import request

KEPT = ("leverandoer", "distrikt", "kun", "side")


def filters() -> dict[str, Any]:
    """Return the board's filters as the address has them; the board itself judges them."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}
