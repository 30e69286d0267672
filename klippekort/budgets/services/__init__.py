"""Deciding about money."""

from klippekort.budgets.services.deciding import drop_price, set_grant, set_price

__all__ = ["drop_price", "set_grant", "set_price"]
