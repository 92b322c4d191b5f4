"""Formats: pure functions from answers to bytes. Nothing here asks the archive."""
