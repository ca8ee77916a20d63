"""One check a file, each a pure function from a history to its anomalies."""
