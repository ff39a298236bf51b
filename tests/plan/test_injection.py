"""No literal and no parameter changes the structure of a Kintone query."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlalchemy_kintone.catalog.model import Column
from sqlalchemy_kintone.plan.key_conditions import key_conditions
from sqlalchemy_kintone.sandbox.query import syntax
from sqlalchemy_kintone.sandbox.query.parser import parse
from sqlalchemy_kintone.sandbox.switches import Switches
from tests.plan.fake_catalog import ORDERS
from tests.plan.planning import only_scan

ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet="\"\\ntr\n\t\r ()=,a'$;-"),
    st.sampled_from(
        [
            '" or total > "0',
            '\\" or total > \\"0',
            '") or (total > "0',
            "\\",
            '\\\\"',
            '" limit 500 offset 0 order by $id desc "',
            "') OR ('1' = '1",
            "$$; SELECT $$",
        ]
    ),
)
CONDITIONS = {
    "title = {}": "title",
    "(title IN ({}, 'other') OR total = 7)": "title",
    "title BETWEEN {} AND 'z'": "title",
    "author = {}": "author",
    "author <> {}": "author",
    "list_contains(people, {})": "people",
    "NOT list_contains(category, {})": "category",
    "memo LIKE {}": "memo",
    "kind = {}": "kind",
    "NOT list_contains(tags, {})": "tags",
}
"""Conditions, and the field that they are about."""
OWN_TEXTS = {"5", "7", "other", "z", "", "A", "B", "C", "x", "y"}


def leaves(condition: syntax.Condition | None) -> list[syntax.Comparison]:
    """The comparisons of a condition."""
    if isinstance(condition, syntax.And | syntax.Or):
        return [leaf for part in condition.parts for leaf in leaves(part)]
    if isinstance(condition, syntax.Parenthesised):
        return leaves(condition.condition)
    return [] if condition is None else [condition]


def values(found: list[syntax.Comparison]) -> set[syntax.Value]:
    return {value for leaf in found for value in leaf.values}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


TOTAL = syntax.Comparison(syntax.Reference("total"), ">", (syntax.Text("5"),))


@pytest.mark.parametrize(("condition", "field"), CONDITIONS.items())
@settings(deadline=None, max_examples=40)
@given(text=ANY_TEXT)
def test_statements(condition: str, field: str, text: str) -> None:
    ways: list[tuple[str, list[str] | None]] = [(condition.format("?"), [text])]
    if "\0" not in text:
        ways.append((condition.format(quoted(text)), None))
    for where, parameters in ways:
        scan = only_scan(f"SELECT total FROM orders WHERE total > 5 AND {where}", parameters)
        if scan.empty:
            continue
        query = parse(scan.query, Switches())
        found = leaves(query.condition)
        # The other condition stays one that must hold, and none comes to it but the field's own.
        must = query.condition.parts if isinstance(query.condition, syntax.And) else found[:1]
        assert TOTAL in must
        assert {str(leaf.field) for leaf in found} <= {"total", field}
        assert len(found) <= 1 + condition.count("=") + condition.count("IN") + 2
        assert values(found) <= {syntax.Text(each) for each in (text, *OWN_TEXTS)}
        assert (query.order, query.limit, query.offset) == ((), None, None)


TITLE: Column = next(column for column in ORDERS.columns if column.name == "title")


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=3, unique=True))
def test_keys(keys: list[str]) -> None:
    for condition in key_conditions(TITLE, ORDERS, keys, "UTC") or []:
        (leaf,) = leaves(parse(condition, Switches()).condition)
        assert (str(leaf.field), leaf.operator) in {("title", "in"), ("title", "=")}
        assert values([leaf]) <= {syntax.Text(key) for key in keys}
