"""Reading measures, what is due, what must be followed up, and what it all comes to."""
