"""Services that keep what they should not, over a long load."""
