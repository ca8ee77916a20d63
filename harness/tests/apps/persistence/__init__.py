"""Each loses or confuses records in one way."""
