"""A search that Kintone stops: its incomplete answer is an error, whatever is asked."""

from __future__ import annotations

import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from tests.tables import DATE, TEXT, Layout, make_domain

LAYOUT = Layout({"text": TEXT, "day": DATE}, 16, 4)
FOUND = "FROM texts WHERE kintone_like(text, 'word')"


@pytest.mark.parametrize("consistency", ["Window", "Cursor"])
@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT text {FOUND}",
        f"SELECT count(*) {FOUND}",
        f"SELECT text {FOUND} LIMIT 2",
        f"SELECT text {FOUND} ORDER BY day LIMIT 2",
        f"SELECT max(day) {FOUND}",
        f"SELECT EXISTS (SELECT 1 {FOUND})",
        "SELECT text FROM texts WHERE NOT kintone_like(text, 'word')",
    ],
)
def test_incomplete_answers(kintone_sandbox_server: Sandbox, sql: str, consistency: str) -> None:
    rows = [("a word", f"2026-03-{day:02}") for day in range(1, 20)]
    domain = make_domain({"texts": LAYOUT}, {"texts": rows})
    kintone_sandbox_server.reset(domain)
    login = {"user": "sandbox", "password": "sandbox", "consistency": consistency}
    with kintone.connect(url=kintone_sandbox_server.url, page_size=5, **login) as connection:
        connection.execute(sql).fetchall()
        domain.search_hit_limit = 10
        with pytest.raises(kintone.OperationalError, match="stopped a search in app 1"):
            connection.execute(sql).fetchall()
