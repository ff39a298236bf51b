"""A small firm: a hierarchy of staff, what they sold, and the items; with empties and ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.tables import DATE, MOMENT, NUMBER, TEXT, Layout, Row, choice

DEPARTMENTS = ("sales", "support", "stock")
SKILLS = ("speaks", "writes", "drives")
REGIONS = ("east", "west", "north")

LAYOUTS: Mapping[str, Layout] = {
    "staff": Layout(
        {
            "no": NUMBER,
            "boss": NUMBER,
            "name": TEXT,
            "dept": choice(DEPARTMENTS),
            "salary": NUMBER,
            "hired": DATE,
            "skills": choice(SKILLS, "CHECK_BOX"),
        },
        12,
        2,
    ),
    "sales": Layout(
        {
            "seller": NUMBER,
            "item": TEXT,
            "region": choice(REGIONS),
            "day": DATE,
            "sold_at": MOMENT,
            "quantity": NUMBER,
            "amount": NUMBER,
        },
        16,
        4,
    ),
    "items": Layout({"item": TEXT, "category": choice(("food", "tool")), "price": NUMBER}, 10, 2),
}

STAFF: Sequence[Row] = (
    ("1", "", "Aoki", "", "900", "2019-04-01", ["speaks", "writes"]),
    ("2", "1", "Baba", "sales", "600", "2020-04-01", ["speaks"]),
    ("3", "1", "Chiba", "support", "600", "2020-10-15", []),
    ("4", "2", "Doi", "sales", "400", "2021-04-01", ["speaks", "drives"]),
    ("5", "2", "Endo", "sales", "420.5", "2021-04-01", ["drives"]),
    ("6", "3", "Fuji", "support", "", "2022-02-28", []),
    ("7", "4", "Goto", "sales", "310", "", ["writes"]),
    ("8", "4", "Hara", "sales", "310", "2024-02-29", []),
    ("9", "6", "Ito", "", "305", "2024-12-31", ["speaks", "writes", "drives"]),
    ("10", "99", "Jin", "stock", "-5", "2025-01-01", []),
)
ITEMS: Sequence[Row] = (
    ("tea", "food", "3.5"),
    ("rice", "food", "12"),
    ("saw", "tool", "40"),
    ("nail", "tool", "0.05"),
    ("glue", "", ""),
    ("rope", "tool", "8"),
)


def _sale(n: int) -> Row:
    """Sale ``n``; some have no seller, item, region, day or amount, and some are alike."""
    day = f"2026-{n % 4 + 1:02}-{n * 5 % 27 + 1:02}"
    return (
        "" if n % 17 == 0 else str((2, 4, 5, 7, 8, 42)[n % 6]),
        ("tea", "rice", "saw", "nail", "lamp", "", "glue")[n % 7],
        "" if n % 11 == 0 else REGIONS[n * n % 3],
        "" if n % 13 == 0 else day,
        f"{day}T{n % 24:02}:30:00Z",
        str(n % 5),
        "" if n % 9 == 0 else f"{n * 37 % 50}.{n % 2 * 25}",
    )


ROWS: Mapping[str, Sequence[Row]] = {
    "staff": STAFF,
    "sales": [_sale(n) for n in range(1, 49)],
    "items": ITEMS,
}
