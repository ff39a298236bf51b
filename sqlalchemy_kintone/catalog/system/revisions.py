"""How often the settings of apps have been changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy_kintone.catalog.apps import APP_IS_GONE, PlacedApp
from sqlalchemy_kintone.catalog.system.definition import Row, Wanted, define_of_app, number
from sqlalchemy_kintone.catalog.system.inquiry import Inquiry
from sqlalchemy_kintone.errors import Error

_PREVIEW = "preview_revision"


def _revisions(inquiry: Inquiry, wanted: Wanted) -> Iterator[Row]:
    previews = dict(_previews(inquiry, wanted)) if _PREVIEW in inquiry.columns else {}
    # Every resource of an app tells its revision; its table is made of this one.
    for app_id, told in inquiry.settings_of_apps("app/form/fields", wanted):
        yield {
            "app_id": app_id,
            "revision": number(told.get("revision")),
            _PREVIEW: previews.get(app_id),
        }


def _previews(inquiry: Inquiry, wanted: Wanted) -> Iterator[tuple[int, int | None]]:
    apps = inquiry.chosen_apps(wanted)
    found = inquiry.all_of([partial(_preview, inquiry, app) for app in apps])
    for app, revision in zip(apps, found, strict=True):
        yield app.info.app_id, revision


def _preview(inquiry: Inquiry, app: PlacedApp) -> int | None:
    """The revision of the settings that are not deployed yet; None where they are not shown."""
    try:
        told = inquiry.apps.of_app("preview/app/settings", app.info.app_id, app.guest_space_id)
    except Error as error:
        if error.http_status == 403 or error.code == APP_IS_GONE:
            return None
        raise
    return number(told.get("revision"))


TABLES = (
    define_of_app(
        "revisions",
        "The revision of an app's settings, live and as prepared for deployment.",
        (
            ("revision", "BIGINT", "counts changes of the settings in use"),
            (_PREVIEW, "BIGINT", "of those being prepared; NULL for who does not manage the app"),
        ),
        _revisions,
        primary_key=(),
    ),
)
