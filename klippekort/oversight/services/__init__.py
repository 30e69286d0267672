"""What those who oversee can do."""
