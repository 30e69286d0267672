"""What relatives may do, how they are let in, and when it ends."""
