"""SQL to a plan: parse, bind, find tables and columns, decide what Kintone does. No I/O."""
