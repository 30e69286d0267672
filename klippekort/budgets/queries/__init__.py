"""Reading money."""
