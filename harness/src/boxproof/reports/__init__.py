"""Reports of one run; each reads the journal and nothing else."""
