"""TPC-H's eight tables at a tiny scale, made by chance that is always the same.

Shaped as the benchmark's own generator makes them (keys, value lists, dependent dates), but with
short value lists and a few nations more frequent than others, so that the benchmark's validation
parameters find something in so few rows.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

Row = tuple[str, ...]
"""One value for each column of the table, as Kintone writes it."""

REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST")
NATIONS = (
    ("ALGERIA", 0),
    ("ARGENTINA", 1),
    ("BRAZIL", 1),
    ("CANADA", 1),
    ("EGYPT", 4),
    ("ETHIOPIA", 0),
    ("FRANCE", 3),
    ("GERMANY", 3),
    ("INDIA", 2),
    ("INDONESIA", 2),
    ("IRAN", 4),
    ("IRAQ", 4),
    ("JAPAN", 2),
    ("JORDAN", 4),
    ("KENYA", 0),
    ("MOROCCO", 0),
    ("MOZAMBIQUE", 0),
    ("PERU", 1),
    ("CHINA", 2),
    ("ROMANIA", 3),
    ("SAUDI ARABIA", 4),
    ("VIETNAM", 2),
    ("RUSSIA", 3),
    ("UNITED KINGDOM", 3),
    ("UNITED STATES", 1),
)
FREQUENT = (2, 3, 6, 7, 8, 18, 20)
"""Brazil, Canada, France, Germany, India, China, Saudi Arabia: those that queries ask for."""

SEGMENTS = ("AUTOMOBILE", "BUILDING", "MACHINERY")
PRIORITIES = ("1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW")
MODES = ("AIR", "AIR REG", "MAIL", "SHIP", "TRUCK")
INSTRUCTIONS = ("DELIVER IN PERSON", "COLLECT COD", "NONE")
FLAGS = ("A", "N", "R")
ORDER_STATES = ("F", "O", "P")
LINE_STATES = ("F", "O")
BRANDS = ("Brand#12", "Brand#23", "Brand#34", "Brand#45")
CONTAINERS = ("SM CASE", "MED BOX", "MED BAG", "LG CASE", "LG BOX")
TYPES = (
    "ECONOMY ANODIZED STEEL",
    "STANDARD PLATED BRASS",
    "MEDIUM POLISHED TIN",
    "PROMO BURNISHED BRASS",
    "PROMO ANODIZED STEEL",
)
SIZES = (3, 9, 14, 15, 19, 23, 45, 49)
COLOURS = ("forest", "green", "ivory", "lemon", "navy", "peru")

SUPPLIERS = 30
CUSTOMERS = 100
PARTS = 80
SUPPLIES = 200
ORDERS = 300
_LAST_DAY = date(1995, 6, 17)
"""The benchmark's current date: what was received later has no return flag yet."""


def make_tables() -> dict[str, list[Row]]:
    """Table name to its rows."""
    chance = Random(22)
    parts = [_part(chance, key) for key in range(1, PARTS + 1)]
    supplies = _supplies(chance)
    orders, lines = _orders(chance, [(int(row[0]), int(row[1])) for row in supplies])
    return {
        "region": [(str(key), name, "") for key, name in enumerate(REGIONS)],
        "nation": [(str(key), name, str(region)) for key, (name, region) in enumerate(NATIONS)],
        "supplier": [_supplier(chance, key) for key in range(1, SUPPLIERS + 1)],
        "part": parts,
        "partsupp": supplies,
        "customer": [_customer(chance, key) for key in range(1, CUSTOMERS + 1)],
        "orders": orders,
        "lineitem": lines,
    }


def _money(chance: Random, low: int, high: int) -> str:
    """An amount between two amounts in cents."""
    cents = chance.randint(low, high)
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _nation(chance: Random) -> int:
    return chance.choice(FREQUENT if chance.random() < 0.75 else range(len(NATIONS)))


def _phone(chance: Random, nation: int) -> str:
    return f"{nation + 10}-{chance.randint(100, 999)}-{chance.randint(1000, 9999)}"


def _supplier(chance: Random, key: int) -> Row:
    nation = _nation(chance)
    comment = "slow Customer, many Complaints" if key % 10 == 0 else "carefully even deposits"
    return (
        str(key),
        f"Supplier#{key:09}",
        f"street {chance.randint(1, 99)}",
        str(nation),
        _phone(chance, nation),
        _money(chance, -99_999, 999_999),
        comment,
    )


def _customer(chance: Random, key: int) -> Row:
    nation = _nation(chance)
    return (
        str(key),
        f"Customer#{key:09}",
        f"avenue {chance.randint(1, 99)}",
        str(nation),
        _phone(chance, nation),
        _money(chance, -99_999, 999_999),
        chance.choice(SEGMENTS),
        chance.choice(("", "ironic accounts", "final packages")),
    )


def _part(chance: Random, key: int) -> Row:
    return (
        str(key),
        " ".join(chance.sample(COLOURS, 2)),
        f"Manufacturer#{chance.randint(1, 5)}",
        chance.choice(BRANDS),
        chance.choice(TYPES),
        str(chance.choice(SIZES)),
        chance.choice(CONTAINERS),
        f"{900 + key}.{key % 100:02}",
    )


def _supplies(chance: Random) -> list[Row]:
    pairs = [(part, supplier) for part in range(1, PARTS + 1) for supplier in (1, 2)]
    pairs = [(part, (part * 7 + n * 11) % SUPPLIERS + 1) for part, n in pairs]
    third = [(part, (part * 7 + 5) % SUPPLIERS + 1) for part in range(1, SUPPLIES - len(pairs) + 1)]
    return [
        (str(part), str(supplier), str(chance.randint(1, 9999)), _money(chance, 100, 100_000))
        for part, supplier in sorted(pairs + third)
    ]


def _orders(chance: Random, supplies: list[tuple[int, int]]) -> tuple[list[Row], list[Row]]:
    """Orders, none by every third customer, and their lines."""
    orders: list[Row] = []
    lines: list[Row] = []
    buyers = [key for key in range(1, CUSTOMERS + 1) if key % 3]
    for number in range(1, ORDERS + 1):
        key = number * 4 - 3  # keys are sparse, as the benchmark's are
        day = date(1993, 1, 1) + timedelta(days=chance.randrange(1640))
        # Few have many lines, so that large orders are rare.
        count = 7 if number % 25 == 0 else chance.randint(1, 4)
        own = [_line(chance, key, line, day, supplies) for line in range(1, count + 1)]
        states = {line[9] for line in own}
        lines += own
        orders.append(
            (
                str(key),
                str(chance.choice(buyers)),
                states.pop() if len(states) == 1 else "P",
                _money(chance, 100_000, 40_000_000),
                str(day),
                chance.choice(PRIORITIES),
                f"Clerk#{chance.randint(1, 9):09}",
                "0",
                chance.choice(("", "blithely special requests", "quick deposits")),
            )
        )
    return orders, lines


def _line(
    chance: Random, order: int, number: int, day: date, supplies: list[tuple[int, int]]
) -> Row:
    part, supplier = chance.choice(supplies)
    # A few parts go in small lots now and then, far below their average.
    quantity = chance.randint(1, 8) if chance.random() < 0.25 else chance.randint(20, 50)
    shipped = day + timedelta(days=chance.randint(1, 121))
    committed = day + timedelta(days=chance.randint(30, 90))
    received = shipped + timedelta(days=chance.randint(1, 30))
    return (
        str(order),
        str(part),
        str(supplier),
        str(number),
        str(quantity),
        f"{quantity * (900 + part)}.{part % 100:02}",
        f"0.{chance.randint(0, 10):02}",
        f"0.{chance.randint(0, 8):02}",
        chance.choice("AR") if received <= _LAST_DAY else "N",
        "O" if shipped > _LAST_DAY else "F",
        str(shipped),
        str(committed),
        str(received),
        chance.choice(INSTRUCTIONS),
        chance.choice(MODES),
        "",
    )
