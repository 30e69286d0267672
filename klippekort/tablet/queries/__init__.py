"""Reading what tablets told."""
