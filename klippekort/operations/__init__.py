"""What keeps a municipality running: the demo, imports, backups and checks."""
