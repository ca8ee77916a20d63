"""Where the service runs: a container, a local process, or an address."""
