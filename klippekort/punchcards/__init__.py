"""Schemes, cards, and the ledger of minutes."""
