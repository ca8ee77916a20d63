"""Services that break a clause of the lifecycle family, each one clause."""
