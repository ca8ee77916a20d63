"""Services that break a clause of the generation family, each one clause."""
