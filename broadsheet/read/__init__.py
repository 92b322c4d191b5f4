"""Content files to articles and profiles, or to their problems."""
