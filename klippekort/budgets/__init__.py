"""Kroner: prices, grants of money, forecasts, suppliers' statements and time about to lapse."""
