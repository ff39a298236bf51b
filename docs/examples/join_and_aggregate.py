"""A join and an aggregate over two apps of the demo, through SQLAlchemy, printed as a table."""

from __future__ import annotations

from sqlalchemy import create_engine, text

STATEMENT = text(
    """
    SELECT c.name AS customer,
           count(*) AS lines,
           sum(l.quantity * l.price) AS revenue
      FROM order_lines AS l
      JOIN customers AS c ON c.code = l.customer
     WHERE l.day >= :since
     GROUP BY c.name
     ORDER BY revenue DESC
     LIMIT 5
    """
)
