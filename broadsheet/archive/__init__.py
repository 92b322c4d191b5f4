"""The archive: every article in one SQLite database, and the questions that can be asked about it."""
