"""``python -m tests.bench.planning``: how long planning takes, and which steps take it.

The statement is one of 2 KB as BI tools write them. It should be planned in less than 15 ms, and
found in the cache of plans in less than 1 ms.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from collections.abc import Callable

from sqlalchemy_kintone.plan.cache import PlanCache
from sqlalchemy_kintone.plan.model import Plan, PlanOptions
from tests.plan.fake_catalog import FakeCatalog

_STATES = "'new', 'sent', 'paid', 'lost', 'returned'"
STATEMENT = f"""
SELECT date_trunc('month', o.day) AS "month", c.rank AS "customer_rank", o.kind AS "kind",
       count(*) AS "orders", count(DISTINCT o.customer_id) AS "customers",
       sum(o.total) AS "SUM(total)", avg(o.total) AS "AVG(total)", max(o.total) AS "MAX(total)",
       sum(CASE WHEN o.kind = 'A' THEN o.total ELSE 0 END) AS "total_a",
       sum(CASE WHEN o.kind = 'B' THEN o.total ELSE 0 END) AS "total_b",
       sum(CASE WHEN o.kind = 'C' THEN o.total ELSE 0 END) AS "total_c",
       min(o.day) AS "first_day", max(o.day) AS "last_day",
       count(*) FILTER (WHERE o.grade = 'hi') AS "orders_of_high_grade",
       count(*) FILTER (WHERE o.grade = 'lo' OR o.grade IS NULL) AS "orders_of_low_grade",
       sum(CASE WHEN c.rank = 'gold' THEN o.total ELSE 0 END) AS "total_of_gold_customers",
       sum(CASE WHEN c.rank = 'tin' THEN o.total ELSE 0 END) AS "total_of_tin_customers",
       sum(o.total) / nullif(count(DISTINCT o.customer_id), 0) AS "total_per_customer",
       sum(o.total) FILTER (WHERE o.day >= DATE '2026-01-01') AS "total_this_year"
  FROM (SELECT "$id", customer_id, total, kind, day, title, "状態", grade
          FROM orders
         WHERE total > 0 AND kind IN ('A', 'B', 'C')) AS o
  JOIN (SELECT "$id", name, rank, score FROM customers WHERE rank IS NOT NULL) AS c
    ON c."$id" = o.customer_id
 WHERE o.day >= DATE '2025-04-01' AND o.day < DATE '2026-04-01'
   AND o.kind IN ('A', 'B') AND o."状態" IN ({_STATES})
   AND (c.rank = 'gold' OR (c.rank = 'tin' AND c.score >= 100.5))
   AND o.title IS NOT NULL AND lower(o.title) LIKE '%keyword%'
   AND NOT (o.grade = 'lo' AND o.total < 1000)
   AND o.customer_id NOT IN (SELECT customer_id FROM orders
                              WHERE kind = 'C' AND total > 5000 AND customer_id IS NOT NULL)
 GROUP BY date_trunc('month', o.day), c.rank, o.kind
HAVING sum(o.total) > 10000 AND count(*) BETWEEN 2 AND 1000000
 ORDER BY "SUM(total)" DESC, "month", "customer_rank"
 LIMIT 1000 OFFSET 0
"""
OPTIONS = PlanOptions()
CATALOG = FakeCatalog()


def planned(cache: PlanCache) -> Plan:
    """The plan, through a cache."""
    query = cache.statement(STATEMENT)
    return cache.plan(query, None, CATALOG, OPTIONS)  # type: ignore[arg-type]  # it is a query


def best(run: Callable[[], object], repeats: int) -> float:
    """The least milliseconds of a run."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1000


def main() -> None:
    """Measure, and show a profile where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    cache = PlanCache()
    planned(cache)
    cold = best(lambda: planned(PlanCache()), options.repeats)
    warm = best(lambda: planned(cache), options.repeats)
    sys.stdout.write(
        f"a statement of {len(STATEMENT)} characters: cold {cold:.2f} ms, warm {warm:.3f} ms\n"
    )
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(lambda: [planned(PlanCache()) for _ in range(options.repeats)])
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
