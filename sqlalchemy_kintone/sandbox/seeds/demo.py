"""The demo: a small trading company."""

from __future__ import annotations

from sqlalchemy_kintone.sandbox.model import App, Comment, Domain
from sqlalchemy_kintone.sandbox.seeds import demo_records
from sqlalchemy_kintone.sandbox.seeds.demo_apps import add_apps, add_spaces
from sqlalchemy_kintone.sandbox.seeds.filling import Filler, amend, store
from sqlalchemy_kintone.sandbox.seeds.people import add_people
from sqlalchemy_kintone.sandbox.seeds.tokens import add_token

_TOKEN_NAMES = {"活動履歴": "activities", "パートナー連絡": "partners"}
"""For apps whose names an HTTP header could not carry."""

_ACTIONS = {"受付": 0, "取消": 1, "出荷準備": 1, "出荷済み": 2}
"""How many actions have led to a status."""


def add_demo(domain: Domain) -> None:
    """Add people, spaces, apps with records, and an API token for each app."""
    add_people(domain)
    add_spaces(domain)
    apps = add_apps(domain)
    filler = Filler(domain)
    filler.fill(apps["customers"], demo_records.customers(filler.attach))
    filler.fill(apps["products"], demo_records.products(filler.attach))
    _categorise(apps["products"])
    products = [record.values["product_code"] for record in apps["products"].records.values()]
    filler.fill(apps["orders"], demo_records.orders(products))
    _move_on(apps["orders"])
    _comment(apps["orders"])
    orders = (record.values for record in apps["orders"].records.values())
    store(apps["order_lines"], demo_records.order_lines(orders))
    filler.fill(apps["活動履歴"], demo_records.activities(filler.attach))
    filler.fill(apps["employees"], demo_records.employees())
    filler.fill(apps["パートナー連絡"], demo_records.partner_messages())
    for name, app in apps.items():
        add_token(domain, app, _TOKEN_NAMES.get(name, name))


def _categorise(app: App) -> None:
    """Put products into categories; some are in none, some in two."""
    for record in list(app.records.values()):
        chosen = [record.values["kind"]] if record.values["kind"] and record.id % 5 else []
        if record.values["flags"] == ["推奨"]:
            chosen.append("おすすめ")
        amend(app, record.id, {"カテゴリー": chosen}, record.revision)


def _move_on(app: App) -> None:
    """Bring orders to their status; an action adds 2 to the revision."""
    for record, status in zip(list(app.records.values()), demo_records.statuses(), strict=True):
        assigned = {
            "受付": [record.values["作成者"]],
            "出荷準備": record.values["営業担当"],
        }
        values = {"ステータス": status, "作業者": assigned.get(status, [])}
        amend(app, record.id, values, 1 + 2 * _ACTIONS[status])


def _comment(app: App) -> None:
    for record_id, text, author, moment in demo_records.comments():
        # A real Kintone appends a blank to the text.
        comment = Comment(app.next_comment_id, f"{text} ", moment, author, [])
        app.comments.setdefault(record_id, []).append(comment)
        app.next_comment_id += 1
