"""The local replica."""
