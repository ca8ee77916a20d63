"""Generation: what a service that makes text promises."""
