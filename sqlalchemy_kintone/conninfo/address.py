"""The address of a Kintone domain, from what people write."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_GUEST_SPACE = re.compile(r"/k/guest/([0-9]{1,18})(?:/|$)")
_BROKEN_SCHEME = re.compile(r"https?(?=[:/]|$)|//", re.IGNORECASE)
"""How an address starts that was to have a scheme; read on, ``https`` would be somebody's host."""
_DEFAULT_PORTS = {"https": 443, "http": 80}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def guest_space_in(text: str) -> int | None:
    """The id of the guest space that an address leads to, copied from a browser; or None."""
    found = _GUEST_SPACE.search(text)
    return None if found is None else int(found[1])


def leaves_in_clear(url: str, proxy: str) -> bool:
    """Whether what is for this machine would leave it through a proxy, for all to read.

    Args:
        url: The address of Kintone.
        proxy: The address of the proxy.
    """
    parts = urlsplit(url)
    return (
        parts.scheme == "http"
        and is_loopback(parts.hostname or "")
        and not is_loopback(urlsplit(proxy).hostname or "")
    )


def base_url(text: str, *, allow_insecure_http: bool) -> str:
    """The scheme, host and port of an address.

    Args:
        text: ``https://ex.cybozu.com/k/``, ``ex.kintone.com:8443``, or ``ex``, which means
            ``ex.cybozu.com``. Without a scheme it is ``https``, and ``http`` for this machine.
        allow_insecure_http: Whether other machines may be reached by ``http``.

    Returns:
        The address in lower case without path, final slash and default port.

    Raises:
        ValueError: What is wrong with it, without its text.
    """
    scheme_given = "://" in text
    if not scheme_given and _BROKEN_SCHEME.match(text):
        raise ValueError("must start with https:// or with nothing before the host name")
    try:
        parts = urlsplit(text if scheme_given else f"//{text}")
        port = parts.port
    except ValueError:
        raise ValueError("must be an address such as https://ex.cybozu.com") from None
    host = _host(parts)
    if not scheme_given and port is None and "." not in host and not is_loopback(host):
        host = f"{host}.cybozu.com"
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("must start with https:// or with nothing before the host name")
    if scheme == "http" and not (allow_insecure_http or is_loopback(host)):
        raise ValueError(
            "must start with https://, as http:// sends passwords and tokens in clear "
            "(AllowInsecureHttp=true permits it)"
        )
    shown = f"[{host}]" if ":" in host else host
    if port in (None, _DEFAULT_PORTS[scheme]):
        return f"{scheme}://{shown}"
    return f"{scheme}://{shown}:{port}"


def proxy_url(text: str) -> str:
    """The address of a proxy, ``http://`` unless it says otherwise.

    Raises:
        ValueError: What is wrong with it, without its text.
    """
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        raise ValueError("must be an address such as http://proxy.example:8080") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or password: ProxyUser and ProxyPassword do")
    if parts.scheme not in ("http", "https", "socks5", "socks5h"):
        raise ValueError("must be a proxy, http://, https://, socks5:// or socks5h://")
    host = _host(parts)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")


def _host(parts: SplitResult) -> str:
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or password: User and Password do")
    if parts.query or parts.fragment:
        raise ValueError("must end after the host and path: no '?' and no '#'")
    host = (parts.hostname or "").rstrip(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ValueError("must hold a valid host name, such as ex.cybozu.com")
    return host
