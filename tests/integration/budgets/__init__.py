"""Money and time about to lapse."""
