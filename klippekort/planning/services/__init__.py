"""What planners and coordinators do: shifts, absences, substitutes, and trips that move."""
