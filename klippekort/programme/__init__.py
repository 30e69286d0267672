"""What there is to go to, as others see it: found, on a map, on paper, on the web and in feeds."""
