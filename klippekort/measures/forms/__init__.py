"""What is asked about measures."""
