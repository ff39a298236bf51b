"""Fields whose codes a Kintone query cannot name are read, and nothing is asked about them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.apps import create_app
from tests.shop import fill

ANSWERS = {
    'SELECT "order" FROM things ORDER BY "order" LIMIT 2': [(Decimal(1),), (Decimal(2),)],
    'SELECT min("order"), max("order") FROM things': [(Decimal(1), Decimal(3))],
    'SELECT max("order") FROM things': [(Decimal(3),)],
    'SELECT count(*) FROM things WHERE "order" > 1': [(2,)],
}


@pytest.mark.parametrize(("sql", "rows"), ANSWERS.items())
def test_words_of_the_query_language(
    connect: Callable[..., Connection], shop_sandbox: Sandbox, sql: str, rows: list[object]
) -> None:
    app = create_app(shop_sandbox.domain, "things", {"order": {"type": "NUMBER"}})
    fill(shop_sandbox.domain, app, [{"order": text} for text in ("3", "1", "2")])
    assert connect().execute(sql).fetchall() == rows
