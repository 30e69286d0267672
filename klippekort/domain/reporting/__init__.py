"""What is told of a municipality: periods, figures, uncertainty, and what is kept back."""
