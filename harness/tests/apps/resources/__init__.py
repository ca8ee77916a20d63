"""Services that spend what they have, or give up when much is asked of them."""
