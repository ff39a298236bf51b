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
     GROUP BY c.name
     ORDER BY revenue DESC
     LIMIT 5
    """
)


def main() -> None:
    """Run the statement on the embedded sandbox."""
    engine = create_engine("kintone+sandbox://")
    with engine.connect() as connection:
        result = connection.execute(STATEMENT)
        print(" | ".join(result.keys()))
        for row in result:
            print(" | ".join(map(str, row)))


if __name__ == "__main__":
    main()
