"""House: what every service of the company keeps to."""

from boxproof import Family

FAMILY = Family("house", "What every service of the company keeps to.")
