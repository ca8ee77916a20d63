"""Makes the database that the image serves."""

import sqlite3
from contextlib import closing

with closing(sqlite3.connect("plants.db")) as database, database:
    database.execute("CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT, height REAL)")
    rows = [(f"plant {number}", number * 0.5) for number in range(200)]
    database.executemany("INSERT INTO plants (name, height) VALUES (?, ?)", rows)
