"""``kintone-sql``: SQL from the command line."""
