"""The records of the demo's apps, as values by field code; the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

from sqlalchemy_kintone.sandbox.seeds import vocabulary as words

Values = dict[str, Any]
"""Field code to V, as a client would send it."""

Attach = Callable[[str, str, bytes], list[dict[str, str]]]
"""Makes the value of a FILE field: from name, content type and content."""

CUSTOMERS = 250
ORDERS = 3_200
ACTIVITIES = 800
FIRST_DAY = date(2024, 4, 1)
DAYS = 940
"""Orders and activities spread from FIRST_DAY over these days, to the end of October 2026."""


def _random(name: str) -> Random:
    """A generator of its own for each app, so that one app's change leaves the others alone."""
    return Random(f"demo {name}")  # noqa: S311 - sample data, not secrets


def _maybe(random: Random, share: float, value: Any, otherwise: Any) -> Any:
    return value if random.random() < share else otherwise


def _users(*codes: str) -> list[dict[str, str]]:
    return [{"code": code} for code in codes]


def _some(random: Random, options: Sequence[str], most: int) -> list[str]:
    return random.sample(options, random.randint(0, most))


def _moment(day: date, hour: int, minute: int) -> str:
    return f"{day.isoformat()}T{hour:02}:{minute:02}:00Z"


def _system(random: Random, day: date, author: str) -> Values:
    """Who added a record, and when; a third was changed later."""
    made = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    made += timedelta(minutes=random.randrange(60, 540))
    changed = made + timedelta(minutes=_maybe(random, 0.3, random.randrange(5, 20_000), 0))
    editor = author if changed == made else random.choice(words.SALES_PEOPLE)
    return {
        "作成日時": made.isoformat(),
        "更新日時": changed.isoformat(),
        "作成者": {"code": author},
        "更新者": {"code": editor},
    }


def customers(attach: Attach) -> Iterator[Values]:
    """Customers; later ones have more gaps, and one has nothing but what is required."""
    random = _random("customers")
    for number in range(1, CUSTOMERS + 1):
        pattern, industry = words.COMPANY_KINDS[(number - 1) // 50 % len(words.COMPANY_KINDS)]
        word = words.COMPANY_NAMES[(number - 1) % len(words.COMPANY_NAMES)]
        values: Values = {"code": f"C{number:04}", "name": pattern.format(word)}
        day = FIRST_DAY + timedelta(days=number // 3)
        if number == CUSTOMERS:
            yield {**values, **_system(random, day, "sandbox"), "rank": "", "industry": "その他"}
            continue
        prefecture, city = random.choice(words.PREFECTURES)
        manager = random.choice(words.SALES_PEOPLE)
        slug = f"c{number:04}.example.com"
        started = FIRST_DAY - timedelta(days=random.randrange(4_000))
        call = FIRST_DAY + timedelta(days=DAYS + random.randrange(1, 60))
        yield {
            **values,
            **_system(random, day, manager),
            "rank": random.choice(("A", "B", "B", "C", "C", "C", "")),
            "industry": industry,
            "都道府県": prefecture,
            "住所": f"{prefecture}{city}{random.randint(1, 9)}-{random.randint(1, 30)}",
            "website": _maybe(random, 0.8, f"https://{slug}/", ""),
            "email": _maybe(random, 0.7, f"info@{slug}", ""),
            "電話番号": _maybe(random, 0.9, f"03-0000-{number:04}", ""),
            "取引開始日": _maybe(random, 0.9, started.isoformat(), None),
            "credit_limit": _maybe(random, 0.8, str(random.randint(1, 200) * 50_000), ""),
            "contact_by": _some(random, ("電話", "メール", "訪問", "FAX"), 3),
            "interests": _some(random, words.PRODUCT_CATEGORIES, 3),
            "account_manager": _maybe(random, 0.9, _users(manager), []),
            "担当部署": _maybe(
                random, 0.8, _users(random.choice(("sales-east", "sales-west"))), []
            ),
            "shared_with": _maybe(random, 0.3, _users("project-x"), []),
            "next_call": _maybe(random, 0.5, _moment(call, random.randint(0, 8), 30), ""),
            "連絡可能時刻": _maybe(
                random, 0.6, f"{random.randint(9, 17):02}:{random.choice('03')}0", None
            ),
            "備考": _maybe(random, 0.3, "支払いは月末締め翌月払い。\n請求書は郵送のこと。", ""),
            "profile": _maybe(random, 0.3, f"<div><b>{industry}</b>業のお客様です。</div>", ""),
            "contract": _contract(attach, number),
        }


def _contract(attach: Attach, number: int) -> list[dict[str, str]]:
    if number % 25:
        return []
    text = f"基本契約書 C{number:04}\n"
    return attach(f"契約書_C{number:04}.txt", "text/plain", text.encode())


def products(attach: Attach) -> Iterator[Values]:
    """Products: their prices and stock; some without cost, weight or date."""
    random = _random("products")
    for number, (name, kind) in enumerate(words.PRODUCT_NAMES, start=1):
        price = {
            "文具": random.randint(8, 60) * 10,
            "家具": random.randint(50, 900) * 100,
            "電子機器": random.randint(20, 1_800) * 100,
            "Software": random.randint(50, 2_000) * 100,
            "消耗品": random.randint(15, 900) * 10,
        }[kind]
        released = FIRST_DAY - timedelta(days=random.randrange(2_000))
        weight = random.randint(5, 100) * (0.15 if kind == "家具" else 0.013)
        picture = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 64
        yield {
            **_system(random, FIRST_DAY, "sandbox"),
            "product_code": f"P{number:03}",
            "商品名": name,
            "kind": _maybe(random, 0.95, kind, ""),
            "price": str(price),
            "cost": _maybe(random, 0.9, f"{price * random.uniform(0.4, 0.8):.2f}", ""),
            "在庫数": str(random.randrange(500)),
            "weight": "" if kind == "Software" else f"{weight:.3f}",
            "発売日": _maybe(random, 0.85, released.isoformat(), None),
            "flags": _some(random, ("推奨", "販売終了"), 1),
            "image": attach(f"P{number:03}.png", "image/png", picture) if number % 8 == 0 else [],
            "説明": _maybe(random, 0.5, f"<p>{name}の説明です。</p>", ""),
        }


def orders(products: Sequence[str]) -> Iterator[Values]:
    """Orders, oldest first.

    Args:
        products: The codes of the products; the first sell best.
    """
    random = _random("orders")
    for number in range(1, ORDERS + 1):
        day = FIRST_DAY + timedelta(days=(number - 1) * DAYS // ORDERS)
        seller = random.choice(words.SALES_PEOPLE)
        # The square makes few customers, and few products, have most of the orders.
        customer = 1 + int(random.random() ** 2 * (CUSTOMERS - 10))
        delivered = day + timedelta(days=random.randint(1, 21))
        lines = []
        for _ in range(random.choice((1, 1, 2, 2, 2, 3, 3, 4))):
            product = products[int(random.random() ** 1.5 * len(products))]
            quantity = random.choice((1, 1, 2, 3, 5, 10, 20, 50))
            cells = {"product": {"value": product}, "quantity": {"value": str(quantity)}}
            lines.append({"value": cells})
        yield {
            **_system(random, day, seller),
            "order_number": f"O-{number:06}",
            "customer": f"C{customer:04}",
            "order_date": day.isoformat(),
            "納品日": _maybe(random, 0.8, delivered.isoformat(), None),
            "received_at": _moment(day, random.randint(0, 9), random.randrange(60)),
            "payment": random.choice(("請求書", "請求書", "クレジットカード", "代金引換")),
            "営業担当": _maybe(random, 0.9, _users(seller), []),
            "lines": [] if number % 400 == 0 else lines,
            "備考": _maybe(random, 0.1, "至急でお願いします。", ""),
        }


def statuses() -> Iterator[str]:
    """The status of each order: most of the old ones are shipped."""
    random = _random("statuses")
    for number in range(1, ORDERS + 1):
        old = number < ORDERS * 0.95
        yield random.choice(("出荷済み",) * 30 + ("取消",) if old else ("受付", "出荷準備"))


def comments() -> Iterator[tuple[int, str, str, datetime]]:
    """Comments on orders: the order's id, text, user code and time."""
    random = _random("comments")
    for order in range(50, ORDERS, 100):
        day = FIRST_DAY + timedelta(days=(order - 1) * DAYS // ORDERS)
        moment = datetime(day.year, day.month, day.day, 10, 0, tzinfo=timezone.utc)
        for text in random.sample(words.COMMENT_TEXTS, random.randint(1, 3)):
            moment += timedelta(minutes=random.randrange(5, 500))
            yield order, text, random.choice(words.SALES_PEOPLE), moment


def order_lines(stored: Iterable[Mapping[str, Any]]) -> Iterator[Values]:
    """The lines of all orders as records of their own, complete as they are stored.

    Args:
        stored: The values of the orders, as they are stored.
    """
    record_number = 0
    for order in stored:
        made, author = order["作成日時"], order["作成者"]
        for line, row in enumerate(order["lines"], start=1):
            record_number += 1
            cells = row["value"]
            yield {
                "レコード番号": str(record_number),
                "作成者": author,
                "作成日時": made,
                "更新者": author,
                "更新日時": made,
                "ステータス": "",
                "作業者": [],
                "カテゴリー": [],
                "order_number": order["order_number"],
                "line": str(line),
                "customer": order["customer"],
                "product": cells["product"]["value"],
                "商品名": cells["product_name"]["value"],
                "quantity": cells["quantity"]["value"],
                "price": cells["price"]["value"],
                "day": order["order_date"],
            }


def activities(attach: Attach) -> Iterator[Values]:
    """What was done with customers; a few belong to none."""
    random = _random("activities")
    for number in range(1, ACTIVITIES + 1):
        day = FIRST_DAY + timedelta(days=(number - 1) * DAYS // ACTIVITIES)
        seller = random.choice(words.SALES_PEOPLE)
        customer = f"C{random.randint(1, CUSTOMERS):04}"
        following = day + timedelta(days=random.randint(3, 40))
        picture = number % 100 == 0
        yield {
            **_system(random, day, seller),
            "顧客コード": _maybe(random, 0.97, customer, ""),
            "活動日時": _moment(day, random.randint(0, 9), random.choice((0, 15, 30, 45))),
            "所要時間_分": _maybe(random, 0.9, str(random.choice((15, 30, 45, 60, 90, 120))), ""),
            "種別": random.choice(("訪問", "電話", "電話", "メール", "Web会議", "")),
            "内容": _maybe(random, 0.95, random.choice(words.ACTIVITY_TEXTS), ""),
            "担当者": _users(seller),
            "次回予定日": _maybe(random, 0.5, following.isoformat(), None),
            "結果": _some(random, ("見積依頼", "受注", "保留"), 2),
            "添付": attach(f"メモ{number}.txt", "text/plain", b"memo\n") if picture else [],
        }


def employees() -> Iterator[Values]:
    """Employees with their certificates."""
    random = _random("employees")
    skills = ("Excel", "SQL", "Python", "英語", "簿記", "運転免許")
    for place, name in enumerate(words.EMPLOYEE_NAMES):
        born = date(1965, 1, 1) + timedelta(days=random.randrange(13_000))
        joined = date(born.year + random.randint(20, 24), 4, 1)
        login = words.EMPLOYEE_USERS[place : place + 1]
        certificates = [
            {"資格名": {"value": each}, "取得日": {"value": f"{joined.year + 1}-06-15"}}
            for each in _some(random, ("基本情報技術者", "日商簿記2級", "TOEIC 800", "宅建士"), 2)
        ]
        department = random.choice(("sales-east", "sales-west", "development", "accounting"))
        yield {
            **_system(random, FIRST_DAY, "watanabe"),
            "employee_number": str(1001 + place),
            "氏名": name,
            "login": _users(*login),
            "所属": _maybe(random, 0.95, _users(department), []),
            "manager": str(1001 + place // 6) if place else "",
            "生年月日": _maybe(random, 0.9, born.isoformat(), None),
            "joined_on": joined.isoformat(),
            "salary": _maybe(random, 0.95, str(random.randint(22, 95) * 10_000), ""),
            "始業": random.choice(("09:00", "09:00", "10:30", "08:15")),
            "終業": _maybe(random, 0.9, random.choice(("18:00", "17:45", "19:30")), None),
            "skills": _some(random, skills, 4),
            "在宅": _some(random, ("月", "火", "水", "木", "金"), 3),
            "資格": [{"value": cells} for cells in certificates],
        }


def partner_messages() -> Iterator[Values]:
    """Messages in the guest space."""
    random = _random("partners")
    for number in range(1, 21):
        day = FIRST_DAY + timedelta(days=number * 40)
        yield {
            **_system(random, day, "sato"),
            "件名": f"お知らせ {number}",
            "message": _maybe(random, 0.8, "いつもお世話になっております。\nご確認ください。", ""),
            "重要度": random.choice(("高", "中", "低")),
            "返信期限": _maybe(random, 0.5, (day + timedelta(days=7)).isoformat(), None),
        }
