"""Each answers one request wrongly."""
