"""What people fill in about trips and the printed card."""
