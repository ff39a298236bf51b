"""Deploying the preview settings of apps, and what that does to their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from sqlalchemy_kintone.sandbox.errors import KintoneError
from sqlalchemy_kintone.sandbox.form_changes import origins
from sqlalchemy_kintone.sandbox.model import App, Domain, Origins, Record
from sqlalchemy_kintone.sandbox.values.calc import compute
from sqlalchemy_kintone.sandbox.values.form import Field, Form, compile_form, empty
from sqlalchemy_kintone.sandbox.values.formula import FormulaSyntaxError, references

_MULTIPLE = frozenset(("CHECK_BOX", "MULTI_SELECT"))


def deploy(domain: Domain, apps: Sequence[App], author: str) -> None:
    """Make the preview settings of apps the live ones, of all of them or of none.

    The apps are changed when this returns; that it takes time on a real Kintone is only in the
    answers to calls for the state, of which the first is always PROCESSING. Where the records of
    an app break its new settings, that app's state becomes FAIL and the others' CANCEL.

    Args:
        domain: The domain.
        apps: The apps.
        author: The code of the user who does it.

    Raises:
        KintoneError: GAIA_IL01 (a formula that cannot be read, or uses a field that is not there).
    """
    migrated = {app.id: _migrated(app) for app in apps}
    failing = {app.id for app in apps if _breaks(migrated[app.id], compile_form(app.preview))}
    for app in apps:
        if failing:
            app.deploy_answers = ["PROCESSING", "FAIL" if app.id in failing else "CANCEL"]
            continue
        _rehome_files(domain, app)
        app.live = deepcopy(app.preview)
        app.records = {record.id: record for record in migrated[app.id]}
        app.origins = None
        app.modifier, app.modified_at = author, domain.clock()
        app.version += 1
        app.cache.clear()
        app.deploy_answers = ["PROCESSING", "SUCCESS"]


def revert(app: App) -> None:
    """Let the preview settings of a live app be the live ones again."""
    revision = app.preview.revision
    app.preview = deepcopy(app.settings)
    app.preview.revision = revision + 1
    app.origins = None
    app.deploy_answers = ["PROCESSING", "SUCCESS"]


def _rehome_files(domain: Domain, app: App) -> None:
    """Let files follow the fields that hold them, and go with those that go."""
    renamed = {deployed: code for code, deployed in origins(app).fields.items()}
    for stored in list(domain.files.values()):
        if stored.holder is None or stored.holder.app_id != app.id:
            continue
        code = renamed.get(stored.holder.field)
        if code is None:
            del domain.files[stored.key]
        else:
            stored.holder = replace(stored.holder, field=code)


def _migrated(app: App) -> list[Record]:
    """The records as they are under the preview settings; their revisions stay."""
    form = _form(app)
    if app.live is None:
        return list(app.records.values())
    kept = origins(app)
    return [
        Record(record.id, record.revision, _values(form, record.values, kept))
        for record in app.records.values()
    ]


def _form(app: App) -> Form:
    try:
        form = compile_form(app.preview)
    except FormulaSyntaxError as error:
        raise KintoneError("GAIA_IL01", f"The formula is not valid: {error}.") from None
    for field in form.computed:
        for code in references(str(field.settings["expression"])):
            if code not in form.everywhere:
                message = f"The formula of {field.code} uses a field (code: {code}) not found."
                raise KintoneError("GAIA_IL01", message)
    return form


def _values(form: Form, before: Mapping[str, Any], kept: Origins) -> dict[str, Any]:
    values = {code: _value(field, before, kept, form) for code, field in form.fields.items()}
    compute(form, values)
    return values


def _value(field: Field, before: Mapping[str, Any], kept: Origins, form: Form) -> Any:
    """What a field of the new form holds: what its deployed self held, or nothing."""
    origin = kept.fields.get(field.code)
    if origin is None or origin not in before:
        return empty(field.type)
    value = before[origin]
    if field.type == "SUBTABLE":
        return [
            {"id": row["id"], "value": _cells(field, row["value"], kept, form)} for row in value
        ]
    if field.type == "STATUS" and not value:
        return form.initial_status or ""
    if not field.options:
        return value
    names = {deployed: name for name, deployed in kept.options.get(field.code, {}).items()}
    if field.type in _MULTIPLE:
        return [names[each] for each in value if each in names]
    return names.get(value, empty(field.type))


def _cells(
    table: Field, before: Mapping[str, Any], kept: Origins, form: Form
) -> dict[str, dict[str, Any]]:
    held = {code: cell["value"] for code, cell in before.items()}
    return {
        code: {"type": field.type, "value": _value(field, held, kept, form)}
        for code, field in table.fields.items()
    }


def _breaks(records: Sequence[Record], form: Form) -> bool:
    """Whether values repeat in a field that is now unique, or do not have a length it demands."""
    for code, field in form.fields.items():
        held = [record.values[code] for record in records if record.values.get(code)]
        if field.unique and len(set(held)) < len(held):
            return True
        lengths = [len(value.encode("utf-16-le")) // 2 for value in held if isinstance(value, str)]
        shortest, longest = field.min_length, field.max_length
        if shortest is not None and any(length < shortest for length in lengths):
            return True
        if longest is not None and any(length > longest for length in lengths):
            return True
    return False
