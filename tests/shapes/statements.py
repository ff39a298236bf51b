"""Statements in the shapes that reports have, by what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SHAPES: Mapping[str, Sequence[str]] = {
    "window frames": (
        "SELECT day, sum(amount) OVER (ORDER BY day, sold_at"
        " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM sales WHERE day IS NOT NULL",
        "SELECT day, sum(amount) OVER (ORDER BY day"
        " RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND INTERVAL 7 DAY FOLLOWING)"
        " FROM sales WHERE day IS NOT NULL",
        "SELECT seller, sold_at, avg(amount) OVER w, max(amount) OVER w FROM sales"
        " WINDOW w AS (PARTITION BY seller ORDER BY sold_at"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)",
        "SELECT name, salary, rank() OVER s, dense_rank() OVER s, percent_rank() OVER s,"
        " cume_dist() OVER s, ntile(3) OVER (ORDER BY salary DESC NULLS LAST, no)"
        " FROM staff WINDOW s AS (ORDER BY salary DESC NULLS LAST)",
        "SELECT name, lag(salary, 2, 0) OVER (ORDER BY no), lead(name) OVER (ORDER BY no),"
        " first_value(salary IGNORE NULLS) OVER (ORDER BY no DESC),"
        " nth_value(name, 2) OVER (PARTITION BY dept ORDER BY no) FROM staff",
        "SELECT seller, sold_at, amount FROM sales QUALIFY row_number()"
        " OVER (PARTITION BY seller ORDER BY amount DESC NULLS LAST, sold_at) <= 2",
        "SELECT region, sum(amount) AS total, rank() OVER (ORDER BY sum(amount) DESC),"
        " sum(sum(amount)) OVER () FROM sales GROUP BY region",
        "SELECT region, total, 100 * total / sum(total) OVER () FROM"
        " (SELECT region, sum(amount) AS total FROM sales WHERE day >= '2026-02-01' GROUP BY ALL)",
        "SELECT item, count(*) FILTER (WHERE quantity > 1) OVER (PARTITION BY item) FROM sales",
        "SELECT name, sum(salary) OVER (ORDER BY hired, no) AS running FROM staff"
        " WHERE dept = 'sales' QUALIFY running > 1000 ORDER BY name",
    ),
    "grouping sets": (
        "SELECT region, item, sum(amount), grouping(region, item) FROM sales"
        " GROUP BY ROLLUP (region, item)",
        "SELECT region, item, count(*), grouping(region), grouping(item) FROM sales"
        " GROUP BY CUBE (region, item)",
        "SELECT seller, region, item, count(*), grouping_id(seller, region, item) FROM sales"
        " WHERE quantity > 0 GROUP BY GROUPING SETS ((seller, region), (item), ())",
        "SELECT region, month(day) AS m, sum(amount) FROM sales"
        " GROUP BY GROUPING SETS ((region, month(day)), (region))",
        "SELECT CASE WHEN grouping(region) = 1 THEN 'all' ELSE coalesce(region, 'none') END AS r,"
        " count(*) FROM sales GROUP BY ROLLUP (region) HAVING count(*) > 3 ORDER BY r",
        "SELECT region, quantity, count(*) FROM sales GROUP BY region, ROLLUP (quantity)",
        "SELECT region, sum(amount) AS s, rank() OVER (PARTITION BY grouping(region)"
        " ORDER BY sum(amount)) FROM sales GROUP BY ROLLUP (region)",
    ),
    "recursive": (
        "WITH RECURSIVE line(no, name, level, path) AS ("
        " SELECT no, name, 1, name FROM staff WHERE boss IS NULL"
        " UNION ALL SELECT s.no, s.name, level + 1, path || '/' || s.name"
        " FROM staff s JOIN line ON s.boss = line.no) SELECT * FROM line",
        "WITH RECURSIVE up AS (SELECT no, boss, no AS start FROM staff WHERE skills IS NULL"
        " UNION ALL SELECT s.no, s.boss, up.start FROM up JOIN staff s ON s.no = up.boss)"
        " SELECT start, count(*), max(no) FROM up GROUP BY start",
        "WITH RECURSIVE under(root, no) AS (SELECT no, no FROM staff UNION"
        " SELECT under.root, staff.no FROM under, staff WHERE staff.boss = under.no)"
        " SELECT s.name, sum(amount) FROM under JOIN sales ON sales.seller = under.no"
        " JOIN staff s ON s.no = under.root GROUP BY s.name",
        "WITH RECURSIVE days(d) AS (SELECT min(day) FROM sales UNION ALL"
        " SELECT CAST(d + INTERVAL 1 DAY AS DATE) FROM days WHERE d < DATE '2026-01-20')"
        " SELECT d, count(sales.sold_at) FROM days LEFT JOIN sales ON day = d GROUP BY d",
        "WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n <"
        " (SELECT count(*) FROM items)) SELECT n FROM steps",
    ),
    "subqueries in SELECT": (
        "SELECT name, (SELECT sum(amount) FROM sales WHERE seller = no) FROM staff",
        "SELECT name, (SELECT b.name FROM staff b WHERE b.no = s.boss) AS boss,"
        " (SELECT count(*) FROM staff u WHERE u.boss = s.no AND u.salary > 305) FROM staff s",
        "SELECT item, EXISTS (SELECT 1 FROM sales WHERE sales.item = items.item) FROM items",
        "SELECT name, (SELECT max(day) FROM sales WHERE seller = no AND day <"
        " (SELECT max(day) FROM sales x WHERE x.seller = no)) FROM staff",
        "SELECT item, price > ALL (SELECT amount FROM sales WHERE sales.item = items.item),"
        " price = ANY (SELECT amount FROM sales) FROM items",
        "SELECT name, ARRAY(SELECT quantity FROM sales WHERE seller = no ORDER BY sold_at) FROM"
        " staff",
        "SELECT region, (SELECT count(*) FROM staff WHERE salary > avg(sales.amount)) FROM sales"
        " GROUP BY region",
        "SELECT CASE WHEN boss IN (SELECT seller FROM sales) THEN 'under a seller'"
        " WHEN boss NOT IN (SELECT seller FROM sales WHERE seller IS NOT NULL) THEN 'not'"
        " END, name FROM staff",
    ),
    "subqueries in WHERE": (
        "SELECT name FROM staff s WHERE salary > (SELECT avg(salary) FROM staff"
        " WHERE dept = s.dept)",
        "SELECT name FROM staff WHERE salary > (SELECT max(salary) FROM staff WHERE dept ="
        " 'support')",
        "SELECT name FROM staff WHERE no NOT IN (SELECT seller FROM sales)",
        "SELECT name FROM staff WHERE no NOT IN"
        " (SELECT seller FROM sales WHERE seller IS NOT NULL AND quantity > 3)",
        "SELECT item FROM items i WHERE NOT EXISTS (SELECT * FROM sales s WHERE s.item = i.item"
        " AND s.amount > i.price)",
        "SELECT name FROM staff WHERE EXISTS (SELECT * FROM sales WHERE seller = no AND item IN"
        " (SELECT item FROM items WHERE category = 'tool' AND price < staff.salary))",
        "SELECT * FROM (SELECT item, sum(amount) AS s FROM sales GROUP BY item) t"
        " WHERE s = (SELECT max(total) FROM"
        " (SELECT sum(amount) AS total FROM sales GROUP BY item))",
        "SELECT name FROM staff WHERE (dept, salary) IN"
        " (SELECT dept, max(salary) FROM staff GROUP BY dept)",
        "SELECT name FROM staff WHERE salary BETWEEN (SELECT min(price) FROM items)"
        " AND (SELECT 20 * sum(amount) FROM sales WHERE region = 'west')",
        "SELECT count(*) FROM sales WHERE EXISTS (SELECT 1 FROM staff WHERE name = 'nobody')",
        "SELECT item FROM items WHERE price > (SELECT price FROM items WHERE item = 'nothing')",
        "SELECT name FROM staff WHERE no IN (SELECT seller FROM sales WHERE region = 'east')"
        " AND no IN (SELECT seller FROM sales WHERE region = 'west') OR salary < 0",
    ),
    "subqueries in HAVING and ORDER BY": (
        "SELECT seller, sum(amount) FROM sales GROUP BY seller HAVING sum(amount) >"
        " (SELECT avg(t) FROM (SELECT sum(amount) AS t FROM sales GROUP BY seller))",
        "SELECT seller, count(*) FROM sales o GROUP BY seller HAVING EXISTS"
        " (SELECT 1 FROM staff WHERE no = o.seller AND dept = 'sales')",
        "SELECT name FROM staff s ORDER BY"
        " (SELECT count(*) FROM sales WHERE seller = s.no) DESC, name",
        "SELECT name FROM staff WHERE dept IS NOT NULL ORDER BY (SELECT b.name FROM staff b"
        " WHERE b.no = staff.boss) NULLS FIRST, no LIMIT 4",
        "SELECT name FROM staff ORDER BY no LIMIT (SELECT count(*) // 2 FROM items)",
    ),
    "lateral": (
        "SELECT name, best.amount FROM staff, LATERAL (SELECT amount FROM sales"
        " WHERE seller = no AND amount IS NOT NULL ORDER BY amount DESC, sold_at LIMIT 2) best",
        "SELECT name, t.n, t.total FROM staff LEFT JOIN LATERAL"
        " (SELECT count(*) AS n, sum(amount) AS total FROM sales WHERE seller = no"
        " AND day >= hired) t ON true",
        "SELECT name, skill FROM staff, LATERAL (SELECT unnest(skills) AS skill)",
        "SELECT name, skill FROM staff CROSS JOIN UNNEST(skills) AS u(skill)",
        "SELECT i.item, x.twice, y.thrice FROM items i, LATERAL (SELECT i.price * 2 AS twice) x,"
        " LATERAL (SELECT x.twice + i.price AS thrice) y",
    ),
    "set operations": (
        "(SELECT item FROM items ORDER BY price DESC NULLS LAST LIMIT 2) UNION"
        " (SELECT item FROM sales WHERE quantity = 4) ORDER BY 1",
        "SELECT item FROM sales EXCEPT (SELECT item FROM items UNION SELECT 'lamp')",
        "SELECT seller FROM sales WHERE region = 'east' INTERSECT"
        " SELECT no FROM staff WHERE dept = 'sales' EXCEPT SELECT 5",
        "SELECT region, quantity FROM sales EXCEPT ALL"
        " SELECT region, quantity FROM sales WHERE quantity > 2",
        "SELECT quantity FROM sales INTERSECT ALL SELECT no FROM staff",
        "SELECT 's' AS kind, count(*) FROM sales UNION ALL SELECT 'i', count(*) FROM items"
        " UNION ALL SELECT 'p', count(*) FROM staff ORDER BY kind",
        "SELECT * FROM ((SELECT no AS n FROM staff ORDER BY no DESC LIMIT 3) UNION ALL"
        " (SELECT quantity FROM sales ORDER BY sold_at LIMIT 3 OFFSET 1)) ORDER BY n LIMIT 4",
        "WITH a AS (SELECT region, amount FROM sales WHERE quantity = 1), b AS"
        " (SELECT region, amount FROM sales WHERE quantity = 2)"
        " SELECT region, sum(amount) FROM (FROM a UNION ALL FROM b) GROUP BY region",
        "SELECT name AS who, salary FROM staff UNION ALL BY NAME SELECT item AS who, price"
        " FROM items",
    ),
    "joins": (
        "SELECT s.name FROM staff s SEMI JOIN sales o ON o.seller = s.no",
        "SELECT s.name FROM staff s ANTI JOIN sales o ON o.seller = s.no AND o.amount > 20",
        "SELECT coalesce(i.item, s.item) AS item, i.price, s.n FROM items i FULL JOIN"
        " (SELECT item, count(*) AS n FROM sales GROUP BY item) s ON s.item = i.item",
        "SELECT item, price, amount FROM items FULL JOIN sales USING (item)"
        " WHERE item IS NULL OR item <> 'tea'",
        "SELECT coalesce(s.no, o.seller) AS who, name, count(amount) FROM staff s FULL OUTER JOIN"
        " sales o ON s.no = o.seller AND o.region = 'east' GROUP BY ALL",
        "SELECT a.name, b.name FROM staff a JOIN staff b ON a.salary = b.salary AND a.no < b.no",
        "SELECT e.name, b.name, bb.name FROM staff e LEFT JOIN staff b ON e.boss = b.no"
        " LEFT JOIN staff bb ON b.boss = bb.no WHERE bb.dept IS NULL",
        "SELECT name, amount FROM staff RIGHT JOIN sales ON no = seller AND dept = 'sales'"
        " WHERE quantity = 1",
        "SELECT name, region FROM staff LEFT JOIN sales ON no = seller AND quantity > 2"
        " AND region = 'west'",
        "SELECT * FROM (SELECT item, price FROM items) NATURAL LEFT JOIN"
        " (SELECT item, category FROM items WHERE category = 'tool')",
        "SELECT a.item, b.item FROM items a JOIN items b ON a.price BETWEEN b.price"
        " AND b.price * 5 AND a.item <> b.item",
        "SELECT category, name, count(*) FROM sales JOIN items USING (item)"
        " JOIN staff ON seller = no GROUP BY ALL",
        "SELECT s.name, o.day FROM staff s LEFT JOIN (sales o JOIN items i ON o.item = i.item"
        " AND i.category = 'food') ON o.seller = s.no",
        "SELECT a.day, b.amount FROM sales a ASOF LEFT JOIN (SELECT seller, sold_at, amount"
        " FROM sales WHERE quantity = 3) b ON a.seller = b.seller AND a.sold_at >= b.sold_at"
        " WHERE a.quantity = 1",
        "SELECT count(*) FROM staff, items, sales WHERE no = seller AND sales.item = items.item"
        " AND salary > price * 10",
        "SELECT name, amount FROM staff JOIN sales ON no IS NOT DISTINCT FROM seller",
        "SELECT name FROM staff LEFT JOIN sales ON no = seller WHERE seller IS NULL",
    ),
    "the same app several times": (
        "SELECT (SELECT count(*) FROM sales WHERE region = 'east'),"
        " (SELECT count(*) FROM sales WHERE region = 'west'),"
        " (SELECT max(amount) FROM sales WHERE day > '2026-02-10')",
        "SELECT e.item, e.n, w.n FROM"
        " (SELECT item, count(*) AS n FROM sales WHERE region = 'east' GROUP BY item) e"
        " FULL JOIN (SELECT item, count(*) AS n FROM sales WHERE region = 'west' GROUP BY item) w"
        " ON e.item = w.item",
        "WITH m AS (SELECT month(day) AS m, sum(amount) AS s FROM sales GROUP BY 1)"
        " SELECT a.m, a.s, a.s - b.s FROM m a LEFT JOIN m b ON a.m = b.m + 1",
        "SELECT count(*) FROM sales a, sales b WHERE a.seller = 4 AND b.seller = 5"
        " AND a.item = b.item",
        "SELECT name FROM staff WHERE no IN (SELECT boss FROM staff WHERE dept = 'sales')"
        " AND no NOT IN (SELECT boss FROM staff WHERE dept = 'support')",
        "WITH s AS (SELECT * FROM sales WHERE quantity > 1) SELECT count(*) FROM s"
        " WHERE amount > (SELECT avg(amount) FROM s WHERE region = 'north')",
    ),
    "aggregates": (
        "SELECT item, sum(CASE WHEN region = 'east' THEN amount ELSE 0 END) AS east,"
        " sum(CASE region WHEN 'west' THEN amount END) AS west FROM sales GROUP BY item",
        "SELECT count(*) FILTER (WHERE region = 'east'), sum(amount) FILTER (quantity = 1),"
        " count(DISTINCT item) FILTER (WHERE day IS NULL) FROM sales",
        "SELECT region, count(DISTINCT seller), sum(DISTINCT quantity), avg(DISTINCT amount)"
        " FROM sales GROUP BY region",
        "SELECT string_agg(name, ', ' ORDER BY salary DESC NULLS LAST, name), list(no ORDER BY no"
        " DESC), listagg(DISTINCT dept, '|' ORDER BY dept) FROM staff",
        "SELECT dept, list({'n': name, 's': salary} ORDER BY no) FROM staff GROUP BY dept",
        "SELECT arg_max(name, salary), arg_min(name, hired), mode(dept), median(salary),"
        " quantile_cont(salary, 0.25), count_if(salary > 400), bool_and(no > 0) FROM staff",
        "SELECT dept, min(hired), max(hired), max(hired) - min(hired) FROM staff GROUP BY dept"
        " HAVING count(*) > 1 AND max(salary) IS NOT NULL",
        "SELECT histogram(quantity), approx_count_distinct(quantity) > 0 FROM sales",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM sales WHERE quantity < 3",
        "SELECT count(*), count(amount), sum(amount), min(region) FROM sales WHERE quantity > 99",
        "SELECT item FROM sales GROUP BY item ORDER BY count(*) DESC, item NULLS LAST LIMIT 3",
        "SELECT quantity % 2 = 0 AS even, region IS NULL, count(*) FROM sales GROUP BY 1, 2",
        "SELECT corr(quantity, amount), stddev(amount), regr_slope(amount, quantity) FROM"
        " (SELECT * FROM sales ORDER BY sold_at, quantity, amount)",
        "SELECT DISTINCT ON (region) region, amount, sold_at FROM sales"
        " ORDER BY region, amount DESC NULLS LAST, sold_at",
        "SELECT max(amount, 2), min(name, 2), max_by(item, amount) FROM sales JOIN staff"
        " ON no = seller",
    ),
    "pivots": (
        "PIVOT (SELECT region, quantity, amount FROM sales) ON region USING sum(amount)",
        "PIVOT (SELECT region, quantity FROM sales) ON region USING sum(quantity) LIMIT 3",
        "PIVOT sales ON region USING sum(amount) GROUP BY item ORDER BY item DESC LIMIT 3 OFFSET 1",
        "SELECT * FROM (PIVOT sales ON region USING sum(amount) GROUP BY item ORDER BY 1 LIMIT 2)",
        "UNPIVOT (SELECT item, price FROM items) ON price ORDER BY item, value LIMIT 2",
        "PIVOT (SELECT region, item FROM sales WHERE item IS NOT NULL) ON region"
        " IN ('east', 'west') USING count(*) GROUP BY item",
        "SELECT * FROM (SELECT item, month(day) AS m, amount FROM sales)"
        " PIVOT (sum(amount) AS s, count(*) AS n FOR m IN (1, 2))",
        "SELECT name, what, v FROM (SELECT name, no, salary FROM staff)"
        " UNPIVOT (v FOR what IN (no, salary))",
        "SELECT * FROM (SELECT name, no, salary FROM staff)"
        " UNPIVOT INCLUDE NULLS (v FOR what IN (no, salary))",
        "UNPIVOT (SELECT item, price, price * 2 AS twice FROM items) ON price, twice"
        " INTO NAME what VALUE v",
    ),
    "dates": (
        "SELECT date_trunc('month', day) AS m, count(*), sum(amount) FROM sales"
        " WHERE day BETWEEN DATE '2026-01-10' AND DATE '2026-03-10' GROUP BY m ORDER BY m",
        "SELECT name, age(DATE '2026-01-01', hired), date_diff('month', hired, DATE '2026-01-01'),"
        " hired + INTERVAL 1 MONTH, last_day(hired), hired - 30 FROM staff",
        "SELECT day, count(*) FROM sales WHERE day >= DATE '2026-03-01' - INTERVAL 1 MONTH"
        " AND day < DATE '2026-03-01' GROUP BY day",
        "SELECT d::DATE AS d, count(amount) FROM generate_series(DATE '2026-01-01',"
        " DATE '2026-01-10', INTERVAL 1 DAY) g(d) LEFT JOIN sales ON day = d::DATE GROUP BY d",
        "SELECT extract(DOW FROM day), quarter(day), week(day), strftime(day, '%Y/%m'),"
        " dayname(day) FROM sales WHERE extract(DAY FROM day) > 20",
        "SELECT epoch(sold_at - lag(sold_at) OVER (ORDER BY sold_at, amount)) FROM sales"
        " WHERE quantity = 2",
        "SELECT date_part('hour', sold_at AT TIME ZONE 'Asia/Tokyo') AS h, count(*) FROM sales"
        " GROUP BY h",
        "SELECT time_bucket(INTERVAL 14 DAY, day), count(*) FROM sales GROUP BY 1",
        "SELECT epoch(sold_at), make_date(2026, month(day), 1), day + to_days(quantity::INTEGER)"
        " FROM sales WHERE (sold_at AT TIME ZONE 'UTC')::TIME > TIME '20:00'",
        "SELECT date_add(day, INTERVAL 1 DAY), datediff('day', day, DATE '2026-12-31'),"
        " DATE '2026-01-31' + to_months(quantity::INTEGER) FROM sales",
        "SELECT name FROM staff WHERE hired + INTERVAL 4 YEAR > DATE '2024-06-01'",
        "SELECT name FROM staff WHERE month(hired) = 2 AND day(hired) >= 28",
    ),
    "expressions": (
        "SELECT name, CASE WHEN salary >= 600 THEN 'high' WHEN salary >= 400 THEN 'middle'"
        " WHEN salary IS NULL THEN 'unknown' ELSE 'low' END AS class FROM staff ORDER BY class, no",
        "SELECT nullif(dept, 'sales'), ifnull(dept, '-'), coalesce(salary, price, 0),"
        " greatest(salary, price), least(no, price) FROM staff LEFT JOIN items ON price = no",
        "SELECT amount::INTEGER, amount // 7, amount % 7, round(amount, 1), amount ** 2,"
        " amount / quantity FROM sales WHERE quantity > 0",
        "SELECT upper(name), left(name, 2), name[1:3], regexp_replace(name, '[aeiou]', '_', 'g'),"
        " printf('%s-%d', name, no::INTEGER), format('{}', salary), lpad(name, 6, '*') FROM staff",
        "SELECT name FROM staff WHERE name ILIKE '%I%' AND NOT name LIKE '_i%'",
        "SELECT name, list_contains(skills, 'speaks'), len(skills), skills[1], list_sort(skills)"
        " FROM staff WHERE list_has_any(skills, ['drives', 'writes'])",
        "SELECT name FROM staff WHERE dept <> 'sales' OR dept IS NULL",
        "SELECT name FROM staff WHERE (dept = 'sales') IS NOT TRUE",
        "SELECT name FROM staff WHERE NOT (salary < 400 OR boss IN (1, 3))",
        "SELECT name FROM staff WHERE salary IS DISTINCT FROM 310 AND boss IS NOT DISTINCT FROM 2",
        "SELECT name FROM staff WHERE dept IN ('sales', NULL) AND salary NOT IN (310, 400.00)",
        "SELECT count(*) FROM sales WHERE amount = quantity OR item = region",
        "SELECT struct_pack(n := name, s := salary), map([name], [no]) FROM staff",
        "SELECT t.c.n FROM (SELECT {'n': name, 'd': dept} AS c FROM staff WHERE no < 4) AS t",
        "SELECT list_reduce(list_transform(skills, lambda s: length(s)), lambda a, b: a + b)"
        " FROM staff WHERE skills IS NOT NULL",
        "SELECT try_cast(item AS INTEGER), TRY(CAST(item AS INTEGER)) FROM sales LIMIT 1",
        "SELECT x, x + 1 AS y, y * 2 AS z FROM (SELECT no AS x FROM staff) WHERE z > 8",
        "SELECT name FROM staff WHERE concat_ws('-', dept, name) = 'sales-Baba'",
        "VALUES (1, 'a'), ((SELECT count(*) FROM items), (SELECT min(item) FROM items))",
    ),
}

ORDERED: Sequence[str] = (
    "SELECT name, salary FROM staff ORDER BY salary DESC, no",
    "SELECT name, salary FROM staff ORDER BY salary NULLS FIRST, name DESC",
    "SELECT name, salary FROM staff ORDER BY salary DESC NULLS LAST, no LIMIT 3 OFFSET 2",
    "SELECT no FROM staff WHERE dept = 'sales' ORDER BY no DESC LIMIT 2",
    "SELECT dept, no FROM staff ORDER BY dept DESC, no LIMIT 6",
    "SELECT name FROM staff ORDER BY hired, no",
    "SELECT name FROM staff ORDER BY length(name), lower(name) DESC",
    "SELECT name AS n FROM staff ORDER BY n LIMIT 4",
    "SELECT name, dept FROM staff ORDER BY 2 NULLS LAST, 1",
    "SELECT name FROM staff ORDER BY CASE dept WHEN 'support' THEN 0 ELSE 1 END, no",
    "SELECT seller, sum(amount) AS s FROM sales GROUP BY seller ORDER BY s DESC, seller LIMIT 3",
    "SELECT DISTINCT quantity FROM sales ORDER BY quantity DESC LIMIT 2",
    "SELECT name FROM staff JOIN sales ON no = seller ORDER BY sold_at, amount LIMIT 5",
    "SELECT no FROM staff UNION ALL SELECT quantity FROM sales ORDER BY 1 DESC LIMIT 6",
    "SELECT * FROM (SELECT no FROM staff ORDER BY no DESC LIMIT 5) ORDER BY no LIMIT 2",
    "WITH t AS (SELECT no, salary FROM staff ORDER BY salary, no LIMIT 5)"
    " SELECT no FROM t WHERE salary > 305 ORDER BY salary DESC, no",
    "SELECT name, row_number() OVER (ORDER BY salary, no) FROM staff ORDER BY 2 DESC",
)

# sqlglot reads it from 30 on.
GROUPS_FRAME = (
    "SELECT quantity, count(*) OVER (ORDER BY quantity GROUPS BETWEEN 1 PRECEDING"
    " AND 1 FOLLOWING EXCLUDE GROUP) FROM sales"
)
