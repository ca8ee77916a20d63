"""What ``boxproof init`` finds out of a service that nobody has described yet.

The compose file says what runs, one boot says how it answers. What was worked out is tried before
it is written down, and each setting carries how it was found.
"""
