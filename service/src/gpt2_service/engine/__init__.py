"""Text generation: what the API asks for (`protocol`) and who does it."""
