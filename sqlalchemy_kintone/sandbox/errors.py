"""The refusals of a Kintone: one exception, raised anywhere in the sandbox, answered as JSON."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Any

_ID_ALPHABET = string.ascii_letters + string.digits


class KintoneError(Exception):
    """A refusal as Kintone words it.

    Args:
        code: Kintone's error code, such as ``CB_VA01``.
        message: The English message.
        status: The HTTP status.
        errors: For validation failures, a path such as ``records[0].price.value`` to its messages.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.errors = errors

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body: ``{"code", "id", "message", "errors"?}``."""
        answer: dict[str, Any] = {"code": self.code, "id": request_id, "message": self.message}
        if self.errors:
            answer["errors"] = {
                path: {"messages": list(messages)} for path, messages in self.errors.items()
            }
        return answer


def new_request_id() -> str:
    """The ``id`` of an error: 20 letters and digits."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(20))


def invalid_input(errors: Mapping[str, Sequence[str]]) -> KintoneError:
    """A CB_VA01 with the messages of each offending path."""
    return KintoneError("CB_VA01", "Missing or invalid input.", errors=errors)


def no_permission() -> KintoneError:
    """A 403 CB_NO02: the user may not do this."""
    return KintoneError("CB_NO02", "No privilege to proceed.", status=403)


def token_cannot() -> KintoneError:
    """A 403 GAIA_NO01: no API token may call this, or the token lacks the right."""
    return KintoneError(
        "GAIA_NO01", "Using this API token, you cannot run the specified API.", status=403
    )


def app_not_found(app: object) -> KintoneError:
    """A 404 GAIA_AP01."""
    return KintoneError(
        "GAIA_AP01", f"The app (ID: {app}) not found. The app may have been deleted.", status=404
    )


def record_not_found(record_id: object) -> KintoneError:
    """A 404 GAIA_RE01."""
    return KintoneError(
        "GAIA_RE01", f"The specified record (ID: {record_id}) is not found.", status=404
    )
