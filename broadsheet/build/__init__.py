"""The pipeline: scan the sources, update the archive, plan, validate, render, write."""
