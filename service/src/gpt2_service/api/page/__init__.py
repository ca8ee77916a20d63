"""The page that `/` is for browsers: it speaks to the service as any other client does."""
