"""The rules of groups."""
