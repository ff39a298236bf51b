"""Entry points for other tools (Apache Superset and the like). Nothing here yet."""
