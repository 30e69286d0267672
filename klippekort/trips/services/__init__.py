"""What can be done with trips."""
