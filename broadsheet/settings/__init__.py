"""site.toml read into one frozen Settings; an unknown key is a problem with its line and the nearest name."""
