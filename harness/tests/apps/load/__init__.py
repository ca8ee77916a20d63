"""Services that break under many users, each in one way."""
