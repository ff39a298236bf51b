"""Conditions that follow from equalities reach both apps of a join."""

from __future__ import annotations

import pytest

from tests.plan.planning import plan

JOINED = 'SELECT 1 FROM orders o {} customers c ON o.customer_id = c."$id" {}'


def queries(sql: str) -> tuple[str | None, ...]:
    return tuple(scan.condition for scan in plan(sql).scans)


@pytest.mark.parametrize("kind", ["JOIN", "LEFT JOIN", "RIGHT JOIN", "SEMI JOIN", "ANTI JOIN"])
def test_where_decides_for_the_partners(kind: str) -> None:
    sql = JOINED.format(kind, "WHERE o.customer_id = 5")
    expected = None if kind == "RIGHT JOIN" else '$id = "5"'
    assert queries(sql) == ('customer_id = "5"', expected)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            JOINED.format("JOIN", 'WHERE c."$id" IN (5, 7)'),
            ('customer_id in ("5", "7")', '$id in ("5", "7")'),
        ),
        (
            JOINED.format("JOIN", "WHERE o.customer_id BETWEEN 5 AND 7 "),
            (
                'customer_id >= "5" and customer_id <= "7" and customer_id != ""',
                '$id >= "5" and $id <= "7"',
            ),
        ),
        (
            'SELECT 1 FROM orders o, customers c WHERE o.customer_id = c."$id" AND c."$id" > 2 + 3',
            ('customer_id > "5"', '$id > "5"'),
        ),
        (
            JOINED.format("JOIN", "WHERE o.customer_id = 5 OR o.customer_id = 7"),
            ('customer_id = "5" or customer_id = "7"', '$id = "5" or $id = "7"'),
        ),
        # What ON says holds for the partners only.
        (JOINED.format("LEFT JOIN", "AND o.customer_id = 5"), (None, '$id = "5"')),
        (JOINED.format("LEFT JOIN", 'AND c."$id" = 5'), (None, '$id = "5"')),
        # An outer join's padded rows may pass it.
        (JOINED.format("LEFT JOIN", 'WHERE c."$id" IS NULL'), (None, None)),
        (
            JOINED.format("JOIN", "WHERE o.customer_id IS DISTINCT FROM 5"),
            ('(customer_id != "5" and customer_id != "") or customer_id = ""', None),
        ),
        # Other columns, other types.
        (JOINED.format("JOIN", "WHERE o.customer_id + 1 = 5"), ('customer_id = "4"', None)),
        (JOINED.format("JOIN", "WHERE o.customer_id = o.total"), (None, None)),
        (JOINED.format("JOIN", "WHERE o.customer_id = '5'"), ('customer_id = "5"', None)),
        (
            "SELECT 1 FROM orders o JOIN customers c ON o.weight = c.score WHERE c.score = 5",
            (None, 'score = "5"'),
        ),
        (
            "SELECT 1 FROM orders o JOIN customers c ON o.total < c.score WHERE c.score = 5",
            (None, 'score = "5"'),
        ),
    ],
)
def test_conditions(sql: str, expected: tuple[str | None, ...]) -> None:
    assert queries(sql) == expected


def test_from_table_to_table() -> None:
    sql = (
        'SELECT 1 FROM orders o JOIN customers c ON o.customer_id = c."$id" '
        'JOIN customers d ON d."$id" = c."$id" WHERE o.customer_id = 5'
    )
    assert queries(sql) == ('customer_id = "5"', '$id = "5"', '$id = "5"')


def test_contradictions_are_found_across_tables() -> None:
    sql = JOINED.format("JOIN", 'WHERE o.customer_id = 5 AND c."$id" = 6')
    assert all(scan.empty for scan in plan(sql).scans)
