"""Publishing: a Git branch, and the guard of published URLs."""
