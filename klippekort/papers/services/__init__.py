"""Writing letters, having them sent and filed, and taking the slips that come back."""
