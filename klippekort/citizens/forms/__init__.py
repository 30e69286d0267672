"""What staff are asked about a citizen, and the words for what is stored as a code."""
