"""How search divides the archive into segments, and these into shards."""
