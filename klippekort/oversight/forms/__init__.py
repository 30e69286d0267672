"""What those who oversee are asked, and the words for what is stored as a code."""
