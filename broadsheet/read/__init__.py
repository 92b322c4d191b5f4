"""Reads content files: articles and profiles, or their problems."""
