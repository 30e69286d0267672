"""Reading relatives, their proxies, and what they propose."""

from klippekort.relatives.queries.proxies import purposes

__all__ = ["purposes"]
