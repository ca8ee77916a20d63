"""Boxproof judges the image of an AI service over real HTTP, clause by clause."""
