"""What is asked about schemes and cards."""
