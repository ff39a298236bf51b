"""The blocks of the page on connecting, run as they stand against a sandbox over TLS.

A proxy takes every address to the sandbox. Replaced are only ``…``, which stands for a secret, the
address of the proxy and the absolute paths.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

import sqlalchemy_kintone as kintone
from sqlalchemy_kintone.sandbox import Sandbox, ServerTls
from sqlalchemy_kintone.sandbox.model import Token, User
from tests.kintone.certificates.authority import Authority
from tests.kintone.certificates.system_stand_ins import Stores, windows
from tests.kintone.certificates.test_java import java_store
from tests.kintone.certificates.test_locked_down import nine_apps
from tests.kintone.socks_proxy import SocksProxy
from tests.kintone.tunnel import Tunnel
from tests.shop import ALL_RIGHTS

PAGE = (Path(__file__).parents[3] / "docs" / "connection.md").read_text(encoding="utf-8")
SECRET = "secret"
TOKENS = {"aaa": 1, "bbb": 2, **{f"t{n}": n for n in range(1, 10)}}


def blocks(language: str, start: str) -> list[str]:
    return re.findall(rf"^```{language}\n({start}.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class World:
    """Where the blocks run.

    Attributes:
        tunnel: The proxy.
        tunnel_over_tls: One that is itself spoken to over TLS.
        socks: Another one.
        folder: With the files that they name.
        serve: Starts the sandbox that Kintone is, and the way to it: with Basic authentication
            and with the demand for a client certificate, or without.
        certificate: The server's, in PEM.
    """

    tunnel: Tunnel
    tunnel_over_tls: Tunnel
    socks: SocksProxy
    folder: Path
    serve: Callable[[bool, bool], Sandbox]
    certificate: bytes

    def filled(self, block: str) -> str:
        """A block with what only its reader can know."""
        leaf = x509.load_pem_x509_certificate(self.certificate)
        for placeholder, value in (
            ("0123…cdef", leaf.fingerprint(SHA256()).hex()),
            ("…", SECRET),
            ("proxy.example:8080", self.tunnel.address),
            ("proxy.example:8443", self.tunnel_over_tls.address),
            ("proxy.example:1080", self.socks.address),
            ("/etc/kintone/certificates", str(self.folder / "store")),
            ("/etc/ssl/company.pem", str(self.folder / "ca.pem")),
        ):
            block = block.replace(placeholder, value)
        return block


@pytest.fixture
def world(
    root: Authority, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    for name in [name for name in os.environ if name.startswith("KINTONE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    me = authority.issue()
    (tmp_path / "client.pfx").write_bytes(me.pfx(SECRET))
    (tmp_path / "client.crt").write_bytes(me.certificates_pem())
    (tmp_path / "client.key").write_bytes(me.key_pem())
    (tmp_path / "client.pem").write_bytes(me.pem())
    (tmp_path / "client.p7b").write_bytes(me.p7b(Encoding.DER))
    if find_spec("jks"):
        (tmp_path / "client.jks").write_bytes(java_store(me, SECRET, SECRET))
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "me.pfx").write_bytes(me.pfx(SECRET))
    (tmp_path / "store" / "other.pfx").write_bytes(authority.issue("other").pfx(SECRET))
    clients = tmp_path / "clients.pem"
    clients.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    vouching = trustme.CA()
    vouching.cert_pem.write_to_path(tmp_path / "ca.pem")
    names = ("ex.cybozu.com", "ex.s.cybozu.com", "ex.kintone.com", "127.0.0.1")
    leaf = vouching.issue_cert(*names)
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with ExitStack() as stack:
        tunnel = stack.enter_context(Tunnel())
        tunnel_over_tls = stack.enter_context(Tunnel(ServerTls(certificate, key).context()))
        socks = stack.enter_context(SocksProxy("me", SECRET))
        monkeypatch.setenv("HTTPS_PROXY", tunnel.url)

        def serve(asks_for_login: bool, asks_for_certificate: bool) -> Sandbox:
            domain = nine_apps()
            domain.users["me"] = User(2, "me", "Me", SECRET, administrator=True)
            for space in domain.spaces.values():
                space.members.append("me")
            domain.tokens = {text: Token(text, app, ALL_RIGHTS) for text, app in TOKENS.items()}
            domain.oauth_tokens[SECRET] = "me"
            sandbox = Sandbox(
                domain,
                tls=ServerTls(certificate, key, clients if asks_for_certificate else None),
                basic_auth=("front", SECRET) if asks_for_login else None,
            )
            stack.enter_context(sandbox)
            for each in (tunnel, tunnel_over_tls):
                each.leads_to = sandbox.url.removeprefix("https://")
            socks.leads_to = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
            return sandbox

        yield World(tunnel, tunnel_over_tls, socks, tmp_path, serve, certificate.read_bytes())


def works(connection: kintone.Connection) -> bool:
    connection.ping()
    tables = ["app1"]
    if connection.settings.guest_space_ids:
        tables += ["guest_3.app8", "guest_7.app9"]
    for table in tables:
        ((amount,),) = connection.execute(f"SELECT amount FROM {table}").fetchall()
        assert amount == int(table[-1])
    return True


NEEDS_TOKEN_ENDPOINT = "OAuthRefreshToken"
"""The sandbox gives out no OAuth tokens; ``test_oauth`` has a server that does."""
STRINGS = [each for each in blocks("", "Url=") if NEEDS_TOKEN_ENDPOINT not in each]


@pytest.mark.parametrize("block", STRINGS, ids=range(len(STRINGS)))
def test_connection_strings(
    world: World, authority: Authority, monkeypatch: pytest.MonkeyPatch, block: str
) -> None:
    if ".jks" in block:
        pytest.importorskip("jks")
    world.serve("BasicAuthUser" in block, ".s.cybozu.com" in block)
    tokens = {"url": "https://ex.cybozu.com", "access_token": SECRET, "refresh_token": SECRET}
    kept = world.folder / ".kintone-tokens.json"
    kept.write_text(str(tokens).replace("'", '"'))
    kept.chmod(0o600)
    Stores(monkeypatch).install(windows("USER", [authority.issue()], []), "win32")
    with kintone.connect(world.filled(block)) as connection:
        assert works(connection)
    if "socks" in block:
        assert (set(world.socks.asked), world.tunnel.asked) == ({("ex.cybozu.com", 443)}, [])
    else:
        tunnel = world.tunnel_over_tls if "Proxy=https:" in block else world.tunnel
        assert tunnel.asked
    for _, headers in (*world.tunnel.asked, *world.tunnel_over_tls.asked):
        assert ("Proxy-Authorization" in headers) == ("ProxyUser" in block)


def test_most_strings_are_run() -> None:
    assert len(STRINGS) >= 19
    assert len(blocks("", "Url=")) - len(STRINGS) == 1


def export(world: World, monkeypatch: pytest.MonkeyPatch, block: str) -> set[str]:
    """Run a block of the shell, and take over what it exports."""
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    command = ["bash", "-c", f"{world.filled(block)}\nenv -0"]
    written = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
    environment = dict(each.split("=", 1) for each in written.split("\0") if each)
    names = set(re.findall(r"^export (\w+)=", block, re.MULTILINE))
    for name in names:
        monkeypatch.setenv(name, environment[name])
    return names


EXPORTS = blocks("sh", "export ")


def test_a_certificate_in_the_environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = (each for each in EXPORTS if "base64" in each)
    world.serve(False, True)
    names = {"KINTONE_SSL_CLIENT_CERT", "KINTONE_SSL_CLIENT_CERT_PASSWORD"}
    assert export(world, monkeypatch, block) == names
    login = {"url": "https://ex.s.cybozu.com", "user": "me", "password": SECRET}
    with kintone.connect(**login) as connection:
        assert works(connection)


def test_a_proxy_in_the_environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = (each for each in EXPORTS if "HTTPS_PROXY" in each)
    world.serve(False, False)
    assert export(world, monkeypatch, block) == {"HTTPS_PROXY", "NO_PROXY"}
    with kintone.connect(url="ex", user="me", password=SECRET) as connection:
        assert works(connection)
    ((target, headers), *_) = world.tunnel.asked
    assert target == "ex.cybozu.com:443"
    assert headers["Proxy-Authorization"].startswith("Basic ")


def test_a_domain_that_is_locked_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets,) = (each for each in EXPORTS if "KINTONE_API_TOKEN" in each)
    (code,) = (each for each in blocks("python", "") if "ping()" in each)
    world.serve(True, True)
    assert len(export(world, monkeypatch, secrets)) == 4
    names: dict[str, Any] = {"kintone": kintone}
    exec(world.filled(code), names)
    with names["connection"] as connection:
        assert works(connection)
    assert all("Proxy-Authorization" in headers for _, headers in world.tunnel.asked)


def test_the_ways_to_write_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    strings, urls = blocks("python", "import ")
    world.serve(False, False)
    connections: list[kintone.Connection] = []
    connect = kintone.connect

    def kept(*arguments: Any, **keywords: Any) -> kintone.Connection:
        connections.append(connect(*arguments, **keywords))
        return connections[-1]

    monkeypatch.setattr(kintone, "connect", kept)
    exec(world.filled(strings), {})
    assert len(connections) == 2
    engines: list[sqlalchemy.engine.Engine] = []
    create_engine = sqlalchemy.create_engine

    def created(url: str) -> sqlalchemy.engine.Engine:
        engines.append(create_engine(url))
        return engines[-1]

    monkeypatch.setattr(sqlalchemy, "create_engine", created)
    exec(world.filled(urls), {})
    assert len(engines) == 2
    for engine in engines:
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT amount FROM app1").scalar() == 1
        engine.dispose()
    for kept_open in connections[:2]:
        with kept_open:
            assert works(kept_open)


def test_a_store_of_tokens(world: World) -> None:
    (code,) = (each for each in blocks("python", "") if "class Vault" in each)
    world.serve(False, False)
    names: dict[str, Any] = {"kintone": kintone}
    exec(world.filled(code).replace('access_token=""', f'access_token="{SECRET}"'), names)
    with names["connection"] as connection:
        assert works(connection)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_the_fingerprint_of_a_server(world: World) -> None:
    (block,) = blocks("sh", "openssl ")
    sandbox = world.serve(False, False)
    command = block.replace("ex.cybozu.com:443", sandbox.url.removeprefix("https://"))
    told = subprocess.run(
        ["bash", "-c", command], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    fingerprint = told.strip().rpartition("=")[2]
    login = {"url": "https://ex.cybozu.com", "user": "me", "password": SECRET}
    with kintone.connect(**login, ssl_server_cert=f"sha256:{fingerprint}") as connection:
        assert works(connection)
