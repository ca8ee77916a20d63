"""Services that break a clause of the hygiene family, each one clause."""
