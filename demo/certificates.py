"""A self-signed certificate for this machine, to try TLS without an authority."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def server_context(folder: Path, *names: str) -> ssl.SSLContext:
    """Return a TLS context for a local server; its certificate is left in `folder` as `server.pem`.

    It is for localhost, 127.0.0.1 and `names`. A client trusts it by loading that file as its only
    authority.
    """
    path = folder / "server.pem"
    path.write_bytes(_self_signed(names))
    path.chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _self_signed(names: Sequence[str]) -> bytes:
    """Return a key and its certificate as one PEM file, valid for a day around now."""
    key = ec.generate_private_key(ec.SECP256R1())
    # A client that trusts several of them finds each by this name.
    first = next(iter(names), "localhost")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, first)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    *(x509.DNSName(name) for name in ("localhost", *names)),
                    x509.IPAddress(ip_address("127.0.0.1")),
                ]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
