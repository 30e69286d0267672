"""Volunteers and their associations."""
