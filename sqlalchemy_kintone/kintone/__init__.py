"""Kintone's REST API: session, authentication, endpoints, query language. Knows no SQL."""
