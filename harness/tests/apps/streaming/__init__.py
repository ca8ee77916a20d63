"""Services that stream what they say."""
