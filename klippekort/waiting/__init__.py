"""Wishes, waiting lists and offers: trips that wait for a seat, a date or a yes."""
