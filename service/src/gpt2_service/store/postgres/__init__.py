"""What the history needs of PostgreSQL, by psycopg."""
