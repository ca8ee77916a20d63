"""Text generation: what the API asks for (`interfaces`) and who does it."""
