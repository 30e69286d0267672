"""The rules: pure functions and frozen values, with no clock, database or web."""
