"""What the history needs of SQLite: one file, in WAL mode."""
