"""The plan: every output that the site shall have, streamed unit by unit, never a list in memory."""
