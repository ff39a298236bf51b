"""Reading multipart/form-data (RFC 7578), the body of a file upload."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote

from sqlalchemy_kintone.sandbox.api import Part
from sqlalchemy_kintone.sandbox.http_message import illegal_request

_DISPOSITION_PARAMETER = re.compile(r';\s*(?P<name>[\w*]+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^;]+))')


def parse_multipart(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts of a body.

    Args:
        content_type: The header, which names the boundary.
        body: The whole body.

    Raises:
        KintoneError: CB_IL02 for a body that is not well-formed.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise illegal_request()
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise illegal_request()
    return tuple(_parse_part(piece) for piece in pieces[1:-1])


def _parse_part(piece: bytes) -> Part:
    head, separator, content = piece.partition(b"\r\n\r\n")
    if not separator:
        raise illegal_request()
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    disposition = {
        match["name"].lower(): match["quoted"] if match["quoted"] is not None else match["bare"]
        for match in _DISPOSITION_PARAMETER.finditer(headers.get("content-disposition", ""))
    }
    if "name" not in disposition:
        raise illegal_request()
    return Part(
        name=disposition["name"],
        filename=_filename(disposition),
        content_type=headers.get("content-type", "text/plain"),
        content=content,
    )


def _filename(disposition: dict[str, str]) -> str | None:
    """The file name of a part.

    ``filename*`` is percent-encoded with its charset (RFC 5987); in ``filename`` browsers and
    urllib3 percent-encode quotes and line ends only (WHATWG forms).
    """
    extended = disposition.get("filename*")
    if extended is not None:
        charset, _, encoded = extended.split("'", 2) if extended.count("'") >= 2 else ("", "", "")
        return unquote(encoded, encoding=charset or "utf-8")
    name = disposition.get("filename")
    if name is None:
        return None
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
