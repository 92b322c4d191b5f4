"""Adopting the sources of another static site generator: its articles stay as they are."""
