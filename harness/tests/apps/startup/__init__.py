"""Each starts, runs, refuses or stops wrongly in one way."""
