"""What is asked about wishes, standing wishes, answers and answer times."""
