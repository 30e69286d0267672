"""The citizen's own page, the printed card and the tablet that is turned to her."""
