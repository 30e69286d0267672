"""What a citizen does on her own page."""
