"""What lasts: runs and events in a database, values in files."""
