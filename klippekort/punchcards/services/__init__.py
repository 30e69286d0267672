"""What can be done with schemes and cards."""
