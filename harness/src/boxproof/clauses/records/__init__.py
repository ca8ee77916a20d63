"""Records: what was stored reads back, in lists and one by one, whoever writes beside."""
