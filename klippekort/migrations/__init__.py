"""The numbered steps that make the tables."""
