"""What somebody must be told, kept until it is done."""
