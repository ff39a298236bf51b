"""Data to start a sandbox with."""
