"""Services that break a clause of the records family, each one clause."""
