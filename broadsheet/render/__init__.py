"""Outputs: what templates ask with and see, how answers become bytes."""
