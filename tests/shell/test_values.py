"""Values as text and JSON, whole."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from sqlalchemy_kintone.shell.values import as_json, as_text

TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "text", "in_json"),
    [
        ("", "", '""'),
        ('受"注\n', '受"注\n', '"受\\"注\\n"'),
        (True, "true", "true"),
        (False, "false", "false"),
        (-5, "-5", "-5"),
        (2**100, str(2**100), str(2**100)),
        (Decimal("12.5000"), "12.5000", "12.5000"),
        (Decimal("0E-10"), "0.0000000000", "0.0000000000"),
        (Decimal("1E+5"), "100000", "100000"),
        (Decimal("1234567890123456789.0123456789"),) + ("1234567890123456789.0123456789",) * 2,
        (0.1, "0.1", "0.1"),
        (float("nan"), "nan", '"NaN"'),
        (float("inf"), "inf", '"Infinity"'),
        (float("-inf"), "-inf", '"-Infinity"'),
        (date(2026, 4, 1), "2026-04-01", '"2026-04-01"'),
        (time(9, 30), "09:30:00", '"09:30:00"'),
        (
            datetime(2026, 4, 1, 9, tzinfo=TOKYO),
            "2026-04-01 09:00:00+09:00",
            '"2026-04-01T09:00:00+09:00"',
        ),
        (datetime(2026, 4, 1, 9), "2026-04-01 09:00:00", '"2026-04-01T09:00:00"'),
        (timedelta(hours=25, minutes=30), "25:30:00", '"25:30:00"'),
        (-timedelta(minutes=90), "-01:30:00", '"-01:30:00"'),
        (timedelta(microseconds=1500), "00:00:00.0015", '"00:00:00.0015"'),
        (timedelta(0), "00:00:00", '"00:00:00"'),
        (pa.MonthDayNano([14, 3, 10**9]), "14 months 3 days 00:00:01", None),
        (pa.MonthDayNano([1, 0, 0]), "1 months", '"1 months"'),
        (b"\x00\xff", "\\x00ff", '"\\\\x00ff"'),
        (UUID(int=1), str(UUID(int=1)), f'"{UUID(int=1)}"'),
        ([], "[]", "[]"),
        (["a, b", None, '"'], '["a, b", null, "\\""]', '["a, b", null, "\\""]'),
        ([Decimal("1.50"), [2]], "[1.50, [2]]", "[1.50, [2]]"),
        ({"a": date(2026, 1, 2)}, '{"a": "2026-01-02"}', '{"a": "2026-01-02"}'),
        ({1: None}, '{"1": null}', '{"1": null}'),
    ],
)
def test_nothing_is_lost(value: Any, text: str, in_json: str | None) -> None:
    assert as_text(value) == text
    assert as_json(value) == (in_json or json.dumps(text))


def test_null_is_jsons_own() -> None:
    assert as_json(None) == "null"
