"""Reads the files that care records and rosters export; the reading modules know no database."""
