"""Each table of ``system`` against what the API says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from sqlalchemy_kintone import Connection
from sqlalchemy_kintone.catalog.system.tables import SYSTEM_TABLES
from sqlalchemy_kintone.sandbox import Sandbox
from sqlalchemy_kintone.sandbox.model import Domain
from tests.system.conftest import GUEST_SPACE, ORDERS, Told, complete, rows

Expect = Callable[[Told], Iterator[Mapping[str, Any]]]

APPS = (1, 2, 3, 4, 5, 6)


def path_of(app: int, resource: str) -> str:
    place = f"k/guest/{GUEST_SPACE}/v1" if app == 7 else "k/v1"
    return f"{place}/{resource}.json"


def each_app(told: Told, resource: str) -> Iterator[tuple[int, Any]]:
    for app in (*APPS, 7):
        yield app, told(path_of(app, resource), app=app)


def apps(told: Told) -> Iterator[Mapping[str, Any]]:
    for place, guest in (("k/v1", None), (f"k/guest/{GUEST_SPACE}/v1", GUEST_SPACE)):
        for app in told(f"{place}/apps.json")["apps"]:
            yield {
                "app_id": int(app["appId"]),
                "code": app["code"],
                "name": app["name"],
                "description": app["description"],
                "space_id": integer(app["spaceId"]),
                "guest_space_id": guest,
                "thread_id": integer(app["threadId"]),
                "table_schema": "apps" if guest is None else f"guest_{guest}",
                "table_name": app["name"],
                "created_at": moment(app["createdAt"]),
                "creator": app["creator"]["code"],
                "creator_name": app["creator"]["name"],
                "modified_at": moment(app["modifiedAt"]),
                "modifier": app["modifier"]["code"],
                "modifier_name": app["modifier"]["name"],
            }


def settings(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/settings"):
        yield {
            "app_id": app,
            "name": answer["name"],
            "description": answer["description"],
            "theme": answer["theme"],
            "icon_type": answer["icon"]["type"],
            "icon_key": answer["icon"]["key"],
            "title_selection": answer["titleField"]["selectionMode"],
            "title_field": answer["titleField"].get("code"),
            "thumbnails": answer["enableThumbnails"],
            "bulk_deletion": answer["enableBulkDeletion"],
            "comments": answer["enableComments"],
            "duplicate_record": answer["enableDuplicateRecord"],
            "inline_editing": answer["enableInlineRecordEditing"],
            "first_month_of_fiscal_year": int(answer["firstMonthOfFiscalYear"]),
            "digits": int(answer["numberPrecision"]["digits"]),
            "decimal_places": int(answer["numberPrecision"]["decimalPlaces"]),
            "rounding_mode": answer["numberPrecision"]["roundingMode"],
            "revision": int(answer["revision"]),
        }


def revisions(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/settings"):
        prepared = told(path_of(app, "preview/app/settings"), app=app)
        yield {
            "app_id": app,
            "revision": int(answer["revision"]),
            "preview_revision": int(prepared["revision"]),
        }


def fields(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/form/fields"):
        for code, prop in answer["properties"].items():
            yield field(app, code, prop, None)
            for inner, inner_prop in prop.get("fields", {}).items():
                yield field(app, inner, inner_prop, code)


TOLD_AS_IT_IS = {
    "enabled": "enabled",
    "default_now": "defaultNowValue",
    "min_value": "minValue",
    "max_value": "maxValue",
    "digit_separator": "digit",
    "unit_position": "unitPosition",
    "hide_formula": "hideExpression",
    "format": "format",
    "protocol": "protocol",
    "alignment": "align",
    "hide_label": "noLabel",
    "group_open": "openGroup",
}
TOLD_AS_NUMBERS = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "display_scale": "displayScale",
    "thumbnail_size": "thumbnailSize",
}


def field(app: int, code: str, prop: Mapping[str, Any], table: str | None) -> Mapping[str, Any]:
    options, default = prop.get("options"), prop.get("defaultValue")
    told = {column: prop.get(name) for column, name in TOLD_AS_IT_IS.items()}
    numbers = {column: integer(prop.get(name)) for column, name in TOLD_AS_NUMBERS.items()}
    return {
        **told,
        **numbers,
        "default_value": text(default) if isinstance(default, list) else default,
        "entities": text(prop.get("entities")),
        "properties": text(prop),
        "app_id": app,
        "code": code,
        "table_code": table,
        "type": prop["type"],
        "label": prop.get("label"),
        "required": prop.get("required"),
        "is_unique": prop.get("unique"),
        "formula": prop.get("expression"),
        "unit": prop.get("unit"),
        "options": sorted(options, key=lambda o: int(options[o]["index"])) if options else None,
        "lookup_app_id": integer(prop.get("lookup", {}).get("relatedApp", {}).get("app")),
        "lookup_key": prop.get("lookup", {}).get("relatedKeyField"),
        "related_app_id": integer(prop.get("referenceTable", {}).get("relatedApp", {}).get("app")),
    }


def form_layout(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/form/layout"):
        items = placed(answer["layout"], None)
        for position, place in enumerate(items, start=1):
            yield {"app_id": app, "position": position, **place}


def placed(layout: Any, group: str | None) -> Iterator[Mapping[str, Any]]:
    nothing = dict.fromkeys(
        (
            *("row_no", "item_no", "code", "type", "group_code", "table_code", "label"),
            *("element_id", "width", "height", "inner_height"),
        )
    )
    for row_number, row in enumerate(layout, start=1):
        here = {**nothing, "row_no": row_number, "group_code": group}
        if row["type"] == "GROUP":
            yield {**here, "code": row["code"], "type": "GROUP"}
            yield from placed(row["layout"], row["code"])
            continue
        if "code" in row:
            yield {**here, "code": row["code"], "type": "SUBTABLE"}
        for number, item in enumerate(row["fields"], start=1):
            size = item.get("size", {})
            yield {
                **here,
                "item_no": number,
                "code": item.get("code"),
                "type": item["type"],
                "table_code": row.get("code"),
                "label": item.get("label"),
                "element_id": item.get("elementId"),
                "width": integer(size.get("width")),
                "height": integer(size.get("height")),
                "inner_height": integer(size.get("innerHeight")),
            }


def views(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/views"):
        for view in answer["views"].values():
            yield {
                "app_id": app,
                "id": int(view["id"]),
                "name": view["name"],
                "type": view["type"],
                "builtin_type": view.get("builtinType"),
                "position": int(view["index"]),
                "fields": view.get("fields"),
                "date_field": view.get("date"),
                "title_field": view.get("title"),
                "filter": view["filterCond"],
                "sort": view["sort"],
                "html": view.get("html"),
                "pager": view.get("pager"),
                "device": view.get("device"),
            }


def reports(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/reports"):
        for report in answer["reports"].values():
            yield {
                "app_id": app,
                "id": int(report["id"]),
                "name": report["name"],
                "chart_type": report["chartType"],
                "chart_mode": report.get("chartMode"),
                "position": int(report["index"]),
                "filter": report["filterCond"],
                "groups": json.dumps(report["groups"], ensure_ascii=False),
                "aggregations": json.dumps(report["aggregations"], ensure_ascii=False),
                "sorts": json.dumps(report["sorts"], ensure_ascii=False),
                "periodic_report": text(report.get("periodicReport")),
            }


def statuses(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/status"):
        for state in (answer["states"] or {}).values():
            yield {
                "app_id": app,
                "name": state["name"],
                "position": int(state["index"]),
                "assignee_type": state["assignee"]["type"],
                "assignees": text(state["assignee"]["entities"]),
                "enabled": answer["enable"],
            }


def status_actions(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/status"):
        for position, action in enumerate(answer["actions"] or ()):
            yield {
                "app_id": app,
                "position": position,
                "enabled": answer["enable"],
                "name": action["name"],
                "from_status": action["from"],
                "to_status": action["to"],
                "filter": action["filterCond"],
            }


def app_permissions(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/acl"):
        for position, right in enumerate(answer["rights"]):
            yield {
                "app_id": app,
                "position": position,
                "entity_type": right["entity"]["type"],
                "entity_code": right["entity"]["code"],
                "include_subs": right.get("includeSubs"),
                "app_editable": right["appEditable"],
                "record_viewable": right["recordViewable"],
                "record_addable": right["recordAddable"],
                "record_editable": right["recordEditable"],
                "record_deletable": right["recordDeletable"],
                "record_importable": right["recordImportable"],
                "record_exportable": right["recordExportable"],
            }


def permissions(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "app/acl"):
        for position, right in enumerate(answer["rights"]):
            yield {
                "app_id": app,
                "kind": "app",
                "position": position,
                "filter": None,
                "field_code": None,
                "include_subs": right.get("includeSubs"),
                "entity_type": right["entity"]["type"],
                "entity_code": right["entity"]["code"],
                "manageable": right["appEditable"],
                "viewable": right["recordViewable"],
                "addable": right["recordAddable"],
                "editable": right["recordEditable"],
                "deletable": right["recordDeletable"],
                "importable": right["recordImportable"],
                "exportable": right["recordExportable"],
            }
    for kind, name, code in (("record", "filter", "filterCond"), ("field", "field_code", "code")):
        for app, answer in each_app(told, f"{kind}/acl"):
            holders = [(right, each) for right in answer["rights"] for each in right["entities"]]
            for position, (right, holder) in enumerate(holders):
                access = holder.get("accessibility")
                yield {
                    "app_id": app,
                    "kind": kind,
                    "position": position,
                    "filter": None,
                    "field_code": None,
                    name: right[code],
                    "include_subs": holder.get("includeSubs"),
                    "entity_type": holder["entity"]["type"],
                    "entity_code": holder["entity"]["code"],
                    "manageable": None,
                    "viewable": access != "NONE" if access else holder["viewable"],
                    "addable": None,
                    "editable": access == "WRITE" if access else holder["editable"],
                    "deletable": holder.get("deletable"),
                    "importable": None,
                    "exportable": None,
                }


def field_permissions(told: Told) -> Iterator[Mapping[str, Any]]:
    for app, answer in each_app(told, "field/acl"):
        for right in answer["rights"]:
            for position, holder in enumerate(right["entities"]):
                yield {
                    "app_id": app,
                    "field_code": right["code"],
                    "position": position,
                    "entity_type": holder["entity"]["type"],
                    "include_subs": holder.get("includeSubs"),
                    "entity_code": holder["entity"]["code"],
                    "accessibility": holder["accessibility"],
                }


def spaces(told: Told) -> Iterator[Mapping[str, Any]]:
    for path, space_id in (("k/v1", 1), (f"k/guest/{GUEST_SPACE}/v1", GUEST_SPACE)):
        space = told(f"{path}/space.json", id=space_id)
        yield {
            "id": space_id,
            "name": space["name"],
            "is_guest": space["isGuest"],
            "is_private": space["isPrivate"],
            "several_threads": space["useMultiThread"],
            "fixed_members": space["fixedMember"],
            "body": space["body"],
            "creator_name": space["creator"]["name"],
            "modifier": space["modifier"]["code"],
            "modifier_name": space["modifier"]["name"],
            "default_thread_id": int(space["defaultThread"]),
            "member_count": int(space["memberCount"]),
            "creator": space["creator"]["code"],
        }


def threads(told: Told) -> Iterator[Mapping[str, Any]]:
    for path, space_id in (("k/v1", 1), (f"k/guest/{GUEST_SPACE}/v1", GUEST_SPACE)):
        default = told(f"{path}/space.json", id=space_id)["defaultThread"]
        apps = told(f"{path}/apps.json")["apps"]
        named = {app["threadId"] for app in apps if app["spaceId"] == str(space_id)}
        for thread in {default, *named}:
            yield {"space_id": space_id, "id": int(thread), "is_default": thread == default}


def space_members(told: Told) -> Iterator[Mapping[str, Any]]:
    for path, space_id in (("k/v1", 1), (f"k/guest/{GUEST_SPACE}/v1", GUEST_SPACE)):
        for member in told(f"{path}/space/members.json", id=space_id)["members"]:
            yield {
                "space_id": space_id,
                "entity_type": member["entity"]["type"],
                "entity_code": member["entity"]["code"],
                "include_subs": member.get("includeSubs"),
                "is_admin": member["isAdmin"],
                "is_implicit": member["isImplicit"],
            }


OF_USERS = {
    "surname": "surName",
    "given_name": "givenName",
    "surname_reading": "surNameReading",
    "given_name_reading": "givenNameReading",
    "local_name": "localName",
    "local_name_locale": "localNameLocale",
    "locale": "locale",
    "description": "description",
    "phone": "phone",
    "mobile_phone": "mobilePhone",
    "extension_number": "extensionNumber",
    "callto": "callto",
    "url": "url",
    "employee_number": "employeeNumber",
}


def users(told: Told) -> Iterator[Mapping[str, Any]]:
    for user in told("v1/users.json")["users"]:
        yield {
            "id": int(user["id"]),
            "code": user["code"],
            "name": user["name"],
            "valid": user["valid"],
            **{column: user.get(name) for column, name in OF_USERS.items()},
            "birth_date": day(user["birthDate"]),
            "join_date": day(user["joinDate"]),
            "sort_order": integer(user["sortOrder"]),
            "custom_items": text(user["customItemValues"]),
            "modified_at": moment(user["mtime"]),
            "time_zone": user["timezone"],
            "email": user["email"],
            "primary_organization_id": integer(user["primaryOrganization"]),
            "created_at": moment(user["ctime"]),
        }


def organizations(told: Told) -> Iterator[Mapping[str, Any]]:
    for each in told("v1/organizations.json")["organizations"]:
        yield {
            "id": int(each["id"]),
            "code": each["code"],
            "name": each["name"],
            "local_name": each["localName"],
            "local_name_locale": each["localNameLocale"],
            "parent_code": each["parentCode"],
            "description": each["description"],
        }


def groups(told: Told) -> Iterator[Mapping[str, Any]]:
    for each in told("v1/groups.json")["groups"]:
        yield {
            "id": int(each["id"]),
            "code": each["code"],
            "name": each["name"],
            "type": each["type"],
            "description": each["description"],
        }


def organization_members(told: Told) -> Iterator[Mapping[str, Any]]:
    for user in told("v1/users.json")["users"]:
        answer = told("v1/user/organizations.json", code=user["code"])
        for each in answer["organizationTitles"]:
            code = each["organization"]["code"]
            title = each["title"] or {}
            yield {
                "organization_code": code,
                "user_code": user["code"],
                "title_code": title.get("code"),
                "title_name": title.get("name"),
            }


def group_members(told: Told) -> Iterator[Mapping[str, Any]]:
    for user in told("v1/users.json")["users"]:
        for group in told("v1/user/groups.json", code=user["code"])["groups"]:
            yield {"group_code": group["code"], "user_code": user["code"]}


def statistics(told: Told) -> Iterator[Mapping[str, Any]]:
    for app in told("k/v1/apps/statistics.json")["apps"]:
        yield {
            "app_id": int(app["id"]),
            "name": app["name"],
            "space_id": int(app["space"]["id"]) if app["space"] else None,
            "space_name": app["space"]["name"] if app["space"] else None,
            "app_group": app["appGroup"],
            "status": app["status"],
            "records": int(app["recordCount"]),
            "fields": int(app["fieldCount"]),
            "daily_requests": int(app["dailyRequestCount"]),
            "storage_bytes": int(app["storageUsage"]),
            "customized": app["customized"],
            "record_updated_at": moment(app["recordUpdatedAt"]),
            "creator": app["creator"]["code"],
            "creator_name": app["creator"]["name"],
            "created_at": moment(app["createdAt"]),
            "modifier": app["modifier"]["code"],
            "modifier_name": app["modifier"]["name"],
            "modified_at": moment(app["modifiedAt"]),
        }


def integer(value: str | None) -> int | None:
    return int(value) if value else None


def text(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))


TABLES: tuple[Expect, ...] = (
    apps,
    revisions,
    settings,
    fields,
    form_layout,
    views,
    reports,
    statuses,
    status_actions,
    permissions,
    app_permissions,
    field_permissions,
    spaces,
    threads,
    space_members,
    users,
    organizations,
    groups,
    organization_members,
    group_members,
    statistics,
)


@pytest.fixture(scope="module")
def demo(kintone_demo_domain: Callable[[], Domain]) -> Iterator[Sandbox]:
    """The demo of the fixture of that name, for tests that change nothing."""
    with Sandbox(complete(kintone_demo_domain())) as sandbox:
        yield sandbox


@pytest.mark.parametrize("expect", TABLES, ids=lambda expect: str(expect.__name__))
def test_tables_show_what_the_api_says(connection: Connection, told: Told, expect: Expect) -> None:
    expected = [
        {name: None if value in ("", []) else value for name, value in row.items()}
        for row in expect(told)
    ]
    assert expected
    table = SYSTEM_TABLES["system"][expect.__name__].table
    assert set(expected[0]) == {column.name for column in table.columns}
    columns = ", ".join(expected[0])
    found = rows(connection, f"SELECT {columns} FROM system.{expect.__name__}")
    wanted = [tuple(row.values()) for row in expected]
    assert sorted(found, key=repr) == sorted(wanted, key=repr)


def test_all_properties_of_a_field_are_there(connection: Connection, told: Told) -> None:
    answer = told("k/v1/app/form/fields.json", app=ORDERS)["properties"]
    sql = "SELECT code, properties FROM system.fields WHERE app_id = ? AND table_code IS NULL"
    found = {code: json.loads(text) for code, text in rows(connection, sql, ORDERS)}
    assert found == answer


EVERYONE, SALES = ("GROUP", "everyone", False), ("ORGANIZATION", "sales", True)
OTHERS = {
    "SELECT rule, filter, position, entity_code, viewable, editable, deletable"
    " FROM system.record_permissions": [(0, "total > 1000000", 0, "everyone", True, True, False)],
    "SELECT app_id, id, name, position, target_app_id, target_app_code, mappings, entities"
    " FROM system.actions": [
        (
            *(3, 8, "活動を記録", 0, 5, None),
            '[{"srcType": "RECORD_URL", "destField": "url"}]',
            '[{"type": "GROUP", "code": "everyone"}]',
        )
    ],
    "SELECT * FROM system.plugins": [(3, "abcdef", "Calendar", True)],
    "SELECT app_id, kind, position, target, entity_type, entity_code, include_subs, title, filter"
    " FROM system.notifications ORDER BY ALL": [
        (3, "general", 0, 0, *EVERYONE, None, None),
        (3, "record", 0, 0, *EVERYONE, "大口", "total > 1000000"),
        (3, "record", 0, 1, *SALES, "大口", "total > 1000000"),
        (3, "reminder", 0, 0, *SALES, "期限", None),
    ],
    "SELECT record_added, record_edited, comment_added, status_changed, file_imported"
    " FROM system.notifications WHERE kind = 'general'": [(True, False, True, False, False)],
    "SELECT timing_field, days_later, hours_later, time, time_zone"
    " FROM system.notifications WHERE kind = 'reminder'": [
        ("order_date", -1, None, "09:00", "Asia/Tokyo")
    ],
}


@pytest.mark.parametrize(("sql", "expected"), OTHERS.items())
def test_what_few_apps_have(
    connection: Connection, sql: str, expected: list[tuple[Any, ...]]
) -> None:
    assert rows(connection, sql) == expected
