"""What operators see: JSON logs and one line for every request."""
