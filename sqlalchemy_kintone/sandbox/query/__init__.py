"""Kintone's query language: parsing, checking and answering queries over an app's records."""
