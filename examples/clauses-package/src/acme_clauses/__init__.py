"""What every service of one company promises, as clauses of boxproof."""
