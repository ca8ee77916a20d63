"""Toy services, one good and many broken, that the harness is tried on. Standard library only."""
