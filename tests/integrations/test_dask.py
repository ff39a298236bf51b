"""Dask reads tables of Kintone in partitions, as the documentation tells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox
from tests.shop import shop

pytest.importorskip("dask", reason="Dask is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # Dask has its own

import dask  # noqa: E402
import dask.dataframe as dd  # noqa: E402

SETTINGS = {"scheduler": "threads", "dataframe.convert-string": False}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(shop()) as running, dask.config.set(SETTINGS):
        yield running


def test_read_sql_table(sandbox: Sandbox) -> None:
    url = f"kintone:///?Url={quote(sandbox.url, safe='')}&User=sandbox&Password=sandbox"
    frame: Any = dd.read_sql_table("orders", url, index_col="$id", npartitions=3)
    assert frame.npartitions == 3
    assert list(frame.index.compute()) == [1, 2, 3, 4, 5, 6, 7]
    assert frame.amount.sum().compute() == pytest.approx(283.5)


def test_partitions(sandbox: Sandbox) -> None:
    """Exact numbers, where ``read_sql_table`` makes floats of them."""

    def read(condition: str) -> pd.DataFrame:
        with kintone.connect(url=sandbox.url, user="sandbox", password="sandbox") as connection:
            return connection.execute(f"SELECT * FROM orders WHERE {condition}").fetch_df()

    with kintone.connect(url=sandbox.url, user="sandbox", password="sandbox") as connection:
        parts = connection.read_partitions("orders", 3)
    frames = [dask.delayed(read)(part.condition) for part in parts]
    frame: Any = dd.from_delayed(frames, meta=read("false"))
    assert frame.npartitions == 3
    assert sorted(frame["$id"].compute()) == [1, 2, 3, 4, 5, 6, 7]
    assert sum(frame.amount.compute()) == Decimal("283.50")
