"""Storing what was read: one module a kind of file, and `importing` as the way in."""
