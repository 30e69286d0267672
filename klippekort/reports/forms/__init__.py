"""What is asked of somebody who tries a scheme out, and how the answer is told."""
