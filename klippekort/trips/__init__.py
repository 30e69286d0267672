"""Escorted trips, from booking to charge."""
