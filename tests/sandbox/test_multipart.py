"""File uploads: multipart/form-data as browsers and clients write it."""

from __future__ import annotations

import pytest

from tests.sandbox.client import Api


@pytest.mark.parametrize("name", ["plain.txt", "報告書 100%.pdf", 'a "quoted" name.bin'])
def test_multipart_uploads(echo_api: Api, name: str) -> None:
    content = b"\r\n--x\r\n\x00\xff\r\r\n"
    response = echo_api.send("POST", "echo.json", files={"file": (name, content, "image/png")})
    assert response.json()["parts"] == [["file", name, "image/png", content.hex()]]


def test_a_multipart_file_name_may_be_extended(echo_api: Api) -> None:
    body = (
        b"--b\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''%E5%90%8D.txt\r\n\r\n"
        b"hello\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = echo_api.send("POST", "echo.json", data=body, headers=headers)
    assert response.json()["parts"] == [["file", "名.txt", "text/plain", b"hello".hex()]]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--b\r\n\r\n--b--"),
        ("multipart/form-data; boundary=b", b"no parts"),
        ("multipart/form-data; boundary=b", b"--b\r\nnot ended\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--"),
        ("multipart/form-data; boundary=b", b"--b\r\nno blank line\r\n--b--"),
    ],
)
def test_malformed_multipart_is_refused(echo_api: Api, content_type: str, body: bytes) -> None:
    response = echo_api.send("POST", "echo.json", data=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["code"]) == (400, "CB_IL02")
