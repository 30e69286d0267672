"""What is asked about papers, and what stands on them, in words."""
