"""Writes to Kintone: DML, transactions, DDL and files. Nothing here yet: the driver reads only."""
