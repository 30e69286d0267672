"""The coordinator's overview."""
