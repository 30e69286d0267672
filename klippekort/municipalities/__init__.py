"""The tenant, its suppliers and its districts."""
