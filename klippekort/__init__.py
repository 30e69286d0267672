"""Klippekort: minutes of human company, kept as a promise."""

__version__ = "0.1.0"
