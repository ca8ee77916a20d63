"""Words that everything else is built of; imports nothing of ours but itself."""
