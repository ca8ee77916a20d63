"""The history: every generation, in a file of SQLite's or on a PostgreSQL server."""
