"""OAuth tokens in a file that nobody else may read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path

from sqlalchemy_kintone.conninfo import OAuthTokens
from sqlalchemy_kintone.errors import InterfaceError


class TokenFile:
    """A ``TokenStore`` in a JSON file: ``url``, ``access_token``, ``refresh_token``.

    Args:
        path: The file; it is made where it is missing.
        url: The address that the tokens are for. They go nowhere else.
    """

    def __init__(self, path: str, url: str) -> None:
        self._path = Path(path).expanduser()
        self._url = url

    def load(self) -> OAuthTokens | None:
        """The tokens in the file; None where it is missing.

        Raises:
            InterfaceError: It cannot be read, others may read it, it is no such file, or its
                tokens are for another address.
        """
        try:
            with self._path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(f"cannot be read ({error.strerror})", "Check the path.") from None
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise self._refused("may be read by others", "Run chmod 600 on it.")
        try:
            values = json.loads(content)
            url, access, refresh = values["url"], values["access_token"], values["refresh_token"]
        except (ValueError, KeyError, TypeError):
            url = access = refresh = None
        if not isinstance(access, str) or not isinstance(refresh, str | None):
            raise self._refused(
                "is no JSON object of url, access_token and refresh_token", "Remove it."
            )
        if url != self._url:
            raise self._refused("holds the tokens of another Url", "Use a file for each Url.")
        return OAuthTokens(access, refresh)

    def save(self, tokens: OAuthTokens) -> None:
        """Write the file anew; whoever reads it meanwhile sees the old or the new one.

        Raises:
            InterfaceError: It cannot be written.
        """
        values = {
            "url": self._url,
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
        }
        try:
            # Such files are readable by their owner alone from the start.
            handle, name = tempfile.mkstemp(prefix=".kintone-", dir=self._path.parent)
            try:
                with open(handle, "w", encoding="utf-8") as file:
                    json.dump(values, file)
                os.replace(name, self._path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise self._refused(
                f"cannot be written ({error.strerror})", "Check the folder."
            ) from None

    def _refused(self, cause: str, remedy: str) -> InterfaceError:
        return InterfaceError(f"OAuthTokenFile {self._path} {cause}. {remedy}")
