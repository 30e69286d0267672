"""What fits what somebody looks for."""
