"""The output folder: staging, and moving files into place; the wheel that a site carries, and its lock."""
