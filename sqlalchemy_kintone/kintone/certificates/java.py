"""Java's own key stores, JKS and JCEKS, with the library of the extra ``jks``."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from sqlalchemy_kintone.kintone.certificates.contents import Contents, UnusableError, signing_key


def java_contents(data: bytes, password: bytes | None) -> Contents:
    """The certificates and private keys of a Java key store.

    Args:
        data: The file's content.
        password: The password of the store, and of the keys in it.

    Raises:
        UnusableError: The library is missing, the store is damaged or the password is wrong.
    """
    try:
        import jks
    except ImportError:
        raise UnusableError(
            "reading JKS files needs the library pyjks",
            "Install it, pip install 'sqlalchemy-kintone[jks]', or convert the file: keytool "
            "-importkeystore -srckeystore client.jks -destkeystore client.pfx -deststoretype "
            "PKCS12.",
        ) from None
    if not password:
        raise UnusableError("it is protected by a password", "Give SSLClientCertPassword.")
    try:
        text = password.decode()
        store = jks.KeyStore.loads(data, text, try_decrypt_keys=False)
        contents = Contents(
            tuple(x509.load_der_x509_certificate(each.cert) for each in store.certs.values())
        )
        for entry in store.private_keys.values():
            entry.decrypt(text)
            contents += Contents(
                tuple(x509.load_der_x509_certificate(der) for _, der in entry.cert_chain),
                (signing_key(load_der_private_key(entry.pkey_pkcs8, None)),),
            )
    except (jks.util.KeystoreException, ValueError):
        raise UnusableError(
            "its password is another one, or it is damaged",
            "Check SSLClientCertPassword; the key must have the same password as the store.",
        ) from None
    return contents
