"""Who works here, their shifts, and how people log in."""
