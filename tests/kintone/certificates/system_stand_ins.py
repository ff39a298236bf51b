"""Systems with stores of certificates, in the place of this one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sqlalchemy_kintone.kintone import certificates
from sqlalchemy_kintone.kintone.certificates import client_identity
from tests.kintone.certificates.authority import Person
from tests.kintone.certificates.keychain_stand_in import Certificate, KeychainIdentity, MacOs
from tests.kintone.certificates.windows_stand_in import Context, Windows


def windows(
    kind: str, people: Sequence[Person], authorities: Sequence[x509.Certificate]
) -> Windows:
    mine = [Context(der(each.certificate), each.key) for each in people]
    mine += [Context(der(each)) for each in authorities]
    # Authorities come from the user's and the machine's store together.
    above = [Context(der(each)) for person in people for each in person.above]
    other = "MACHINE" if kind == "USER" else "USER"
    return Windows({(kind, "MY"): mine, (kind, "CA"): above, (other, "MY"): (), (other, "CA"): ()})


def macos(kind: str, people: Sequence[Person], authorities: Sequence[x509.Certificate]) -> MacOs:
    stored = [Certificate(der(each.certificate)) for each in people]
    identities = [
        KeychainIdentity(each, person.key) for each, person in zip(stored, people, strict=True)
    ]
    above = [each for person in people for each in person.above]
    others = [Certificate(der(each)) for each in [*authorities, *above]]
    return MacOs({kind: [*identities, *stored, *others]})


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@dataclass
class Stores:
    """Puts a system in the place of this one."""

    patch: pytest.MonkeyPatch

    def install(self, system: Windows | MacOs, platform: str) -> None:
        for name, module in system.modules().items():
            self.patch.setitem(sys.modules, name, module)
        shown = partial(client_identity, platform=platform)
        self.patch.setattr(certificates, "client_identity", shown)
