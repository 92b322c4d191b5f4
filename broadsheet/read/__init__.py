"""Content files to articles and profiles, or to their problems; where the theme's files are."""
