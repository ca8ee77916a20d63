"""Services with keys, and some that break a clause of the credentials family, each one clause."""
