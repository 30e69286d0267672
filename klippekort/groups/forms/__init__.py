"""What is asked about groups, and the words for what is stored as a code."""
