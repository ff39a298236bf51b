"""A scan to typed Arrow columns."""
