"""Reading the roster with its trips, in a fixed number of statements."""
