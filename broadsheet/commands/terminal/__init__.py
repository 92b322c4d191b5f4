"""What all commands have in common at a terminal: how they are called, what they print, what they ask."""
