"""What there is to go to: activities, dates, seats and hosting."""
