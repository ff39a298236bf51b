"""Views: saved lists, related records, and those that users define."""
