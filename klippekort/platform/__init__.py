"""Infrastructure that knows no feature."""
