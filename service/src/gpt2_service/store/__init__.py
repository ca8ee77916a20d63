"""The history: every generation, on SQLite in WAL mode."""
