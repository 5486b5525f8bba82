"""Runs and events in a relational database, through SQLAlchemy Core."""
