"""A domain's twin, for tests that each want the same domain fresh."""

from __future__ import annotations

import threading
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

from sqlalchemy_kintone.sandbox.model import App, Domain, Record

_SHARED = frozenset({"clock", "switches", "lock"})


def copy_domain(domain: Domain) -> Domain:
    """A copy that shares nothing that changes, so either may be written to.

    Stored records never change, so their values are shared, and copying thousands of them takes
    milliseconds; what is derived from a record or an app is left to be derived again, because
    the two apps' settings may come to differ.
    """
    with domain.lock:
        memo: dict[int, Any] = {id(app): _copy_app(app) for app in domain.apps.values()}
        copied = {
            field.name: deepcopy(getattr(domain, field.name), memo)
            for field in fields(domain)
            if field.name not in _SHARED
        }
        return replace(domain, lock=threading.RLock(), **copied)


def _copy_app(app: App) -> App:
    return replace(
        app,
        live=deepcopy(app.live),
        preview=deepcopy(app.preview),
        records={
            record.id: Record(record.id, record.revision, record.values)
            for record in app.records.values()
        },
        comments=deepcopy(app.comments),
        origins=deepcopy(app.origins),
        deploy_answers=list(app.deploy_answers),
        cache={},
    )
