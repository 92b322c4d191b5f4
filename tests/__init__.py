"""The tests, one file for each module, and beside them the ones of the whole machine."""
