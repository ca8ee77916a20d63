"""Drivers: the only modules that run other test tools; clauses get them as fixtures."""
