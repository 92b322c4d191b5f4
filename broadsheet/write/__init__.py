"""The output folder: the staging tree, and moving files into place."""
