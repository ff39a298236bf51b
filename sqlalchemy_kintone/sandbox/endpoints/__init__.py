"""The endpoints, one module for each part of the REST API; each exports ``ENDPOINTS``."""
