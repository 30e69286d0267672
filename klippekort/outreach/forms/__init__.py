"""What is asked so that nobody is overlooked."""
