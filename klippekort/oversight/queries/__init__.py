"""Reading what those who oversee ask for."""
