"""Numbered migrations, one thought each."""
