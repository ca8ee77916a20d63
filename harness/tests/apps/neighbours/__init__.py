"""Toy services whose records lie in another one, and that one."""
