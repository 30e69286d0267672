"""What goes out on paper: letters of decision, the week letter, lists and cards."""
