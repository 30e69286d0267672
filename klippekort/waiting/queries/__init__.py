"""Reading wishes, lines, offers and what was never met."""
