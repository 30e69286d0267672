"""Reading schemes, cards and the ledger."""
