"""Everything that pytest sees: options, hooks, the suite as items, fixtures."""
