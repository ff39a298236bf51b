"""Apps and fields as tables and columns."""
