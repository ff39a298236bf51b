"""Short ways to make and deploy apps through the API."""

from __future__ import annotations

from typing import Any

from tests.sandbox.client import Api


def new_app(api: Api, name: str = "made") -> str:
    """The id of an app that is not deployed."""
    app: str = api.ok("POST", "preview/app.json", name=name)["app"]
    return app


def field(code: str, field_type: str = "SINGLE_LINE_TEXT", **more: Any) -> dict[str, Any]:
    """``{code: property}`` with a label."""
    return {code: {"type": field_type, "code": code, "label": f"The {code}", **more}}


def options(*names: str) -> dict[str, Any]:
    """Options in this order."""
    return {name: {"label": name, "index": place} for place, name in enumerate(names)}


def add_fields(api: Api, app: str, *fields: dict[str, Any]) -> None:
    """Add fields to the preview settings."""
    properties = {code: prop for each in fields for code, prop in each.items()}
    api.ok("POST", "preview/app/form/fields.json", app=app, properties=properties)


def change_fields(api: Api, app: str, **properties: Any) -> None:
    """Change fields of the preview settings."""
    api.ok("PUT", "preview/app/form/fields.json", app=app, properties=properties)


def deploy(api: Api, *apps: str) -> list[list[str]]:
    """Deploy; the states of the apps in three calls."""
    api.ok("POST", "preview/app/deploy.json", apps=[{"app": app} for app in apps])
    return [
        [each["status"] for each in api.ok("GET", "preview/app/deploy.json", apps=apps)["apps"]]
        for _ in range(3)
    ]


def made_app(api: Api, *fields: dict[str, Any]) -> str:
    """The id of a deployed app with these fields."""
    app = new_app(api)
    add_fields(api, app, *fields)
    deploy(api, app)
    return app


def preview(api: Api, app: str) -> dict[str, Any]:
    """The properties of the preview settings."""
    answer = api.ok("GET", "preview/app/form/fields.json", app=app)
    properties: dict[str, Any] = answer["properties"]
    return properties


def values(api: Api, app: str, *codes: str) -> list[Any]:
    """The values of the fields, record after record, from the first one on."""
    records = api.ok("GET", "records.json", app=app, query="order by $id asc")["records"]
    return [tuple(record[code]["value"] for code in codes) for record in records]
