"""Deciding about money, and adding up at night what was spent."""

from klippekort.budgets.services.deciding import drop_price, set_grant, set_price
from klippekort.budgets.services.keeping import Money, forget_money, keep_money, read_money

__all__ = [
    "Money",
    "drop_price",
    "forget_money",
    "keep_money",
    "read_money",
    "set_grant",
    "set_price",
]
