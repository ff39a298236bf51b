"""A big app: records by the hundred thousand, made in seconds.

Its records are put together as they are stored, without the checks that each would pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy_kintone.sandbox.apps import create_app
from sqlalchemy_kintone.sandbox.model import App, Domain
from sqlalchemy_kintone.sandbox.seeds.demo_apps import MADE_AT
from sqlalchemy_kintone.sandbox.seeds.filling import store
from sqlalchemy_kintone.sandbox.values.numbers import plain

_KINDS = ("食品", "衣料", "家電", "Books", None)
_GRADES = ("A", "B", "C")
_TAGS = ("新品", "中古", "予約", "特価")
_WORDS = ("青", "赤い花", "quick brown fox", "東京タワー", "Zürich", "", "100%", "山川")


def create_big_app(domain: Domain) -> App:
    """The app without its records: 15 fields of its own, which 5 system fields make 20."""
    return create_app(
        domain,
        "big",
        {
            "code": {"type": "SINGLE_LINE_TEXT", "unique": True, "required": True},
            "title": {"type": "SINGLE_LINE_TEXT", "label": "題名"},
            "memo": {"type": "MULTI_LINE_TEXT", "label": "メモ"},
            "website": {"type": "LINK"},
            "amount": {"type": "NUMBER", "label": "金額"},
            "quantity": {"type": "NUMBER", "label": "数量"},
            "ratio": {"type": "NUMBER", "label": "比率"},
            "total": {"type": "CALC", "label": "合計", "expression": "amount * quantity"},
            "day": {"type": "DATE", "label": "日付"},
            "at": {"type": "DATETIME", "label": "日時"},
            "時刻": {"type": "TIME"},
            "kind": {"type": "DROP_DOWN", "options": [kind for kind in _KINDS if kind]},
            "grade": {"type": "RADIO_BUTTON", "options": list(_GRADES)},
            "tags": {"type": "CHECK_BOX", "options": list(_TAGS)},
            "担当者": {"type": "USER_SELECT"},
        },
        creator="sandbox",
        now=MADE_AT,
    )


def add_big_app(domain: Domain, rows: int) -> App:
    """Add the app with this many records; the user ``sandbox`` made them."""
    app = create_big_app(domain)
    store(app, _values(domain.users["sandbox"].reference(), rows))
    return app


def _values(author: dict[str, str], rows: int) -> Iterator[dict[str, Any]]:
    """What the records hold: patterns that repeat at different paces, with gaps."""
    days = [(MADE_AT + timedelta(days=n)).date().isoformat() for n in range(1_001)]
    minutes = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(1_440)]
    ratios = [plain(Decimal(n) / 8) for n in range(-500, 501)]
    tags = [[tag for bit, tag in enumerate(_TAGS) if n >> bit & 1] for n in range(16)]
    for n in range(rows):
        number = str(n + 1)
        amount = n * 7_919 % 1_000_003
        quantity = n % 97
        made = f"{days[n // 1_440 % 1_001]}T{minutes[n % 1_440]}:00Z"
        word = _WORDS[n * 3 % 8]
        yield {
            "レコード番号": number,
            "作成者": author,
            "作成日時": made,
            "更新者": author,
            "更新日時": made,
            "ステータス": "",
            "作業者": [],
            "カテゴリー": [],
            "code": f"K{n + 1:08}",
            "title": f"{word} {n % 1_009}" if n % 13 else "",
            "memo": f"{word}\n{number}" if n % 3 else "",
            "website": f"https://example.com/{number}" if n % 5 else "",
            "amount": str(amount) if n % 11 else "",
            "quantity": str(quantity),
            "ratio": ratios[n * 31 % 1_001],
            "total": str(amount * quantity) if n % 11 else "0",
            "day": days[n * 17 % 1_001] if n % 19 else None,
            "at": f"{days[n * 23 % 1_001]}T{minutes[n * 7 % 1_440]}:00Z" if n % 23 else "",
            "時刻": minutes[n * 11 % 1_440] if n % 29 else None,
            "kind": _KINDS[n % 5],
            "grade": _GRADES[n % 3],
            "tags": tags[n * 5 % 16],
            "担当者": [author] if n % 4 else [],
        }
