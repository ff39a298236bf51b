"""The forms of the demo's apps, and the process of its orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy_kintone.sandbox.seeds.vocabulary import PRODUCT_CATEGORIES

Fields = dict[str, dict[str, Any]]
"""Field code to as much of its property as is not as usual."""


def customers(ids: Mapping[str, int]) -> Fields:
    """Whom the company sells to: nearly every field type. ``ids`` are the apps' by name."""
    return {
        "basics": {"type": "GROUP", "label": "基本情報", "openGroup": True},
        "code": {
            "type": "SINGLE_LINE_TEXT",
            "label": "顧客コード",
            "required": True,
            "unique": True,
            "maxLength": "10",
        },
        "name": {"type": "SINGLE_LINE_TEXT", "label": "顧客名", "required": True},
        "rank": {"type": "DROP_DOWN", "label": "ランク", "options": ["A", "B", "C"]},
        "industry": {
            "type": "RADIO_BUTTON",
            "label": "業種",
            "options": ["製造", "卸売", "小売", "情報通信", "その他"],
            "defaultValue": "その他",
        },
        "都道府県": {"type": "SINGLE_LINE_TEXT"},
        "住所": {"type": "SINGLE_LINE_TEXT"},
        "website": {"type": "LINK", "label": "ウェブサイト"},
        "email": {"type": "LINK", "label": "メール", "protocol": "MAIL"},
        "電話番号": {"type": "LINK", "protocol": "CALL"},
        "取引開始日": {"type": "DATE"},
        "credit_limit": {
            "type": "NUMBER",
            "label": "与信限度額",
            "digit": True,
            "minValue": "0",
            "unit": "円",
            "unitPosition": "AFTER",
        },
        "contact_by": {
            "type": "CHECK_BOX",
            "label": "連絡方法",
            "options": ["電話", "メール", "訪問", "FAX"],
        },
        "interests": {
            "type": "MULTI_SELECT",
            "label": "関心のある商品",
            "options": list(PRODUCT_CATEGORIES),
        },
        "account_manager": {"type": "USER_SELECT", "label": "担当者"},
        "担当部署": {"type": "ORGANIZATION_SELECT"},
        "shared_with": {"type": "GROUP_SELECT", "label": "共有先"},
        "next_call": {"type": "DATETIME", "label": "次回連絡日時"},
        "連絡可能時刻": {"type": "TIME"},
        "備考": {"type": "MULTI_LINE_TEXT"},
        "profile": {"type": "RICH_TEXT", "label": "紹介"},
        "contract": {"type": "FILE", "label": "契約書"},
        "activities": {
            "type": "REFERENCE_TABLE",
            "label": "活動履歴",
            "referenceTable": {
                "relatedApp": {"app": str(ids["活動履歴"]), "code": ""},
                "condition": {"field": "code", "relatedField": "顧客コード"},
                "filterCond": "",
                "displayFields": ["活動日時", "種別", "内容"],
                "sort": "活動日時 desc",
                "size": "5",
            },
        },
    }


def customers_layout() -> list[dict[str, Any]]:
    """The one form that has labels, lines and spacers, which are nowhere but in layouts."""

    def row(*cells: tuple[str, str]) -> dict[str, Any]:
        shown = [{"type": t, "code": c, "size": {"width": "200"}} for t, c in cells]
        return {"type": "ROW", "fields": shown}

    return [
        {
            "type": "ROW",
            "fields": [{"type": "LABEL", "label": "<b>取引先</b>", "size": {"width": "200"}}],
        },
        {
            "type": "GROUP",
            "code": "basics",
            "layout": [
                row(("SINGLE_LINE_TEXT", "code"), ("SINGLE_LINE_TEXT", "name")),
                row(("DROP_DOWN", "rank"), ("RADIO_BUTTON", "industry")),
                row(("SINGLE_LINE_TEXT", "都道府県"), ("SINGLE_LINE_TEXT", "住所")),
            ],
        },
        row(("LINK", "website"), ("LINK", "email"), ("LINK", "電話番号")),
        {
            "type": "ROW",
            "fields": [{"type": "HR", "size": {"width": "400"}}],
        },
        row(("DATE", "取引開始日"), ("NUMBER", "credit_limit")),
        row(("CHECK_BOX", "contact_by"), ("MULTI_SELECT", "interests")),
        row(
            ("USER_SELECT", "account_manager"),
            ("ORGANIZATION_SELECT", "担当部署"),
            ("GROUP_SELECT", "shared_with"),
        ),
        row(("DATETIME", "next_call"), ("TIME", "連絡可能時刻")),
        {
            "type": "ROW",
            "fields": [
                {
                    "type": "SPACER",
                    "elementId": "space",
                    "size": {"width": "100", "height": "20"},
                }
            ],
        },
        row(("MULTI_LINE_TEXT", "備考"), ("RICH_TEXT", "profile"), ("FILE", "contract")),
        {"type": "ROW", "fields": [{"type": "REFERENCE_TABLE", "code": "activities"}]},
        row(("RECORD_NUMBER", "レコード番号"), ("CREATOR", "作成者"), ("CREATED_TIME", "作成日時")),
        row(("MODIFIER", "更新者"), ("UPDATED_TIME", "更新日時")),
    ]


def products() -> Fields:
    """What it sells: categories, decimals, divisions."""
    return {
        "カテゴリー": {"type": "CATEGORY", "label": "カテゴリー", "enabled": True},
        "product_code": {
            "type": "SINGLE_LINE_TEXT",
            "label": "商品コード",
            "required": True,
            "unique": True,
        },
        "商品名": {"type": "SINGLE_LINE_TEXT", "required": True},
        "kind": {"type": "DROP_DOWN", "label": "分類", "options": list(PRODUCT_CATEGORIES)},
        "price": {"type": "NUMBER", "label": "単価", "required": True, "minValue": "0"},
        "cost": {"type": "NUMBER", "label": "原価"},
        "margin": {"type": "CALC", "label": "粗利", "expression": "price - cost"},
        "margin_rate": {"type": "CALC", "label": "粗利率", "expression": "(price - cost) / price"},
        "在庫数": {"type": "NUMBER", "defaultValue": "0"},
        "weight": {"type": "NUMBER", "label": "重さ", "unit": "kg", "unitPosition": "AFTER"},
        "発売日": {"type": "DATE"},
        "flags": {"type": "CHECK_BOX", "label": "区分", "options": ["推奨", "販売終了"]},
        "image": {"type": "FILE", "label": "画像", "thumbnailSize": "250"},
        "説明": {"type": "RICH_TEXT"},
    }


def orders(ids: Mapping[str, int]) -> Fields:
    """What was sold: lookups, also in a table of lines, and sums over it."""
    return {
        "order_number": {
            "type": "SINGLE_LINE_TEXT",
            "label": "受注番号",
            "required": True,
            "unique": True,
        },
        "customer": {
            "type": "SINGLE_LINE_TEXT",
            "label": "顧客コード",
            "required": True,
            "lookup": {
                "relatedApp": {"app": str(ids["customers"]), "code": ""},
                "relatedKeyField": "code",
                "fieldMappings": [{"field": "customer_name", "relatedField": "name"}],
                "lookupPickerFields": ["code", "name"],
                "sort": "code asc",
            },
        },
        "customer_name": {"type": "SINGLE_LINE_TEXT", "label": "顧客名"},
        "order_date": {"type": "DATE", "label": "受注日", "required": True},
        "納品日": {"type": "DATE"},
        "received_at": {"type": "DATETIME", "label": "受付日時"},
        "payment": {
            "type": "RADIO_BUTTON",
            "label": "支払方法",
            "options": ["請求書", "クレジットカード", "代金引換"],
        },
        "営業担当": {"type": "USER_SELECT"},
        "lines": {
            "type": "SUBTABLE",
            "label": "明細",
            "fields": {
                "product": {
                    "type": "SINGLE_LINE_TEXT",
                    "label": "商品コード",
                    "lookup": {
                        "relatedApp": {"app": str(ids["products"]), "code": "ITEM"},
                        "relatedKeyField": "product_code",
                        "fieldMappings": [
                            {"field": "product_name", "relatedField": "商品名"},
                            {"field": "price", "relatedField": "price"},
                        ],
                        "lookupPickerFields": ["product_code", "商品名", "price"],
                        "sort": "product_code asc",
                    },
                },
                "product_name": {"type": "SINGLE_LINE_TEXT", "label": "商品名"},
                "price": {"type": "NUMBER", "label": "単価"},
                "quantity": {"type": "NUMBER", "label": "数量", "defaultValue": "1"},
                "金額": {
                    "type": "CALC",
                    "expression": "price * quantity",
                    "format": "NUMBER_DIGIT",
                },
            },
        },
        "total": {"type": "CALC", "label": "合計", "expression": "SUM(金額)", "unit": "円"},
        "備考": {"type": "MULTI_LINE_TEXT"},
    }


def order_process() -> dict[str, Any]:
    """The process management of orders."""

    def state(index: int, name: str, kind: str, *entities: dict[str, Any]) -> dict[str, Any]:
        listed = [{"entity": entity, "includeSubs": False} for entity in entities]
        assignee = {"type": kind, "entities": listed}
        return {"name": name, "index": str(index), "assignee": assignee}

    def action(name: str, before: str, after: str, condition: str = "") -> dict[str, Any]:
        return {
            "name": name,
            "from": before,
            "to": after,
            "filterCond": condition,
            "type": "PRIMARY",
        }

    states = [
        state(0, "受付", "ONE", {"type": "CREATOR", "code": None}),
        state(1, "出荷準備", "ANY", {"type": "FIELD_ENTITY", "code": "営業担当"}),
        state(2, "出荷済み", "ONE"),
        state(3, "取消", "ONE"),
    ]
    return {
        "states": {each["name"]: each for each in states},
        "actions": [
            action("受注を確定する", "受付", "出荷準備", 'total > "0"'),
            action("出荷する", "出荷準備", "出荷済み"),
            action("取り消す", "受付", "取消"),
        ],
    }


def order_reports() -> dict[str, Any]:
    """A graph of the orders, as ``app/reports.json`` shows it."""
    name = "月別売上"
    return {
        name: {
            "id": "1",
            "index": "0",
            "name": name,
            "chartType": "COLUMN",
            "chartMode": "NORMAL",
            "groups": [{"code": "order_date", "per": "MONTH"}],
            "aggregations": [{"type": "SUM", "code": "total"}],
            "filterCond": "",
            "sorts": [{"by": "GROUP1", "order": "ASC"}],
        }
    }


def order_lines() -> Fields:
    """The lines of the orders once more, each as a record."""
    return {
        "order_number": {"type": "SINGLE_LINE_TEXT", "label": "受注番号", "required": True},
        "line": {"type": "NUMBER", "label": "行番号", "required": True},
        "customer": {"type": "SINGLE_LINE_TEXT", "label": "顧客コード"},
        "product": {"type": "SINGLE_LINE_TEXT", "label": "商品コード"},
        "商品名": {"type": "SINGLE_LINE_TEXT"},
        "quantity": {"type": "NUMBER", "label": "数量"},
        "price": {"type": "NUMBER", "label": "単価"},
        "day": {"type": "DATE", "label": "受注日"},
    }


def activities(ids: Mapping[str, int]) -> Fields:
    """Visits and calls; its field codes are Japanese."""
    return {
        "顧客コード": {
            "type": "SINGLE_LINE_TEXT",
            "lookup": {
                "relatedApp": {"app": str(ids["customers"]), "code": ""},
                "relatedKeyField": "code",
                "fieldMappings": [{"field": "顧客名", "relatedField": "name"}],
                "lookupPickerFields": ["code", "name"],
                "sort": "code asc",
            },
        },
        "顧客名": {"type": "SINGLE_LINE_TEXT"},
        "活動日時": {"type": "DATETIME", "required": True},
        "所要時間_分": {"type": "NUMBER", "minValue": "0", "unit": "分", "unitPosition": "AFTER"},
        "終了日時": {
            "type": "CALC",
            "expression": "活動日時 + 所要時間_分 * 60",
            "format": "DATETIME",
        },
        "種別": {"type": "DROP_DOWN", "options": ["訪問", "電話", "メール", "Web会議"]},
        "内容": {"type": "MULTI_LINE_TEXT"},
        "担当者": {
            "type": "USER_SELECT",
            "defaultValue": [{"type": "FUNCTION", "code": "LOGINUSER()"}],
        },
        "次回予定日": {"type": "DATE"},
        "結果": {"type": "CHECK_BOX", "options": ["見積依頼", "受注", "保留"]},
        "添付": {"type": "FILE"},
    }


def employees() -> Fields:
    """Who works there: times and a duration, certificates in a table."""
    return {
        "employee_number": {
            "type": "NUMBER",
            "label": "社員番号",
            "required": True,
            "unique": True,
        },
        "氏名": {"type": "SINGLE_LINE_TEXT", "required": True},
        "login": {"type": "USER_SELECT", "label": "ユーザー"},
        "所属": {"type": "ORGANIZATION_SELECT"},
        "manager": {"type": "NUMBER", "label": "上司の社員番号"},
        "生年月日": {"type": "DATE"},
        "joined_on": {"type": "DATE", "label": "入社日"},
        "salary": {"type": "NUMBER", "label": "給与", "digit": True, "unit": "¥"},
        "始業": {"type": "TIME", "defaultValue": "09:00"},
        "終業": {"type": "TIME", "defaultValue": "18:00"},
        "勤務時間": {"type": "CALC", "expression": "終業 - 始業", "format": "HOUR_MINUTE"},
        "skills": {
            "type": "MULTI_SELECT",
            "label": "スキル",
            "options": ["Excel", "SQL", "Python", "英語", "簿記", "運転免許"],
        },
        "在宅": {"type": "CHECK_BOX", "options": ["月", "火", "水", "木", "金"]},
        "資格": {
            "type": "SUBTABLE",
            "fields": {
                "資格名": {"type": "SINGLE_LINE_TEXT"},
                "取得日": {"type": "DATE"},
            },
        },
    }


def partner_messages() -> Fields:
    """Messages to and from partners."""
    return {
        "件名": {"type": "SINGLE_LINE_TEXT", "required": True},
        "message": {"type": "MULTI_LINE_TEXT", "label": "本文"},
        "重要度": {"type": "RADIO_BUTTON", "options": ["高", "中", "低"], "defaultValue": "中"},
        "返信期限": {"type": "DATE"},
    }
