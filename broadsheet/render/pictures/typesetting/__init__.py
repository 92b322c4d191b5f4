"""Sets lines of text in pictures: which way they run, where they break, and which font has their letters."""
