"""A certificate authority of our own, so that servers on this machine are verified like any other."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

AUTHORITY_LIFETIME = dt.timedelta(days=3650)
SERVER_LIFETIME = dt.timedelta(days=397)  # a server gets a new one whenever it starts
CLOCKS_DIFFER_BY = dt.timedelta(hours=1)

CA_FILE = "ca.pem"
CA_KEY_FILE = "ca-key.pem"


@dataclass(frozen=True)
class Certificate:
    """A server's certificate and its private key, as files in PEM."""

    certificate_file: Path
    key_file: Path


@dataclass(frozen=True)
class Authority:
    """Signs certificates for servers on this machine. Whoever is to trust them needs `ca_file` alone."""

    ca_file: Path
    certificate: x509.Certificate = field(repr=False)
    key: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """
        The authority that lives in `folder`; made there, with the folder, when there is none that is still valid.

        Raises:
            OSError: The folder cannot be written.
        """
        ca_file, key_file = folder / CA_FILE, folder / CA_KEY_FILE
        with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
            certificate = x509.load_pem_x509_certificate(ca_file.read_bytes())
            key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
            lasts = certificate.not_valid_after_utc > _now() + SERVER_LIFETIME
            if lasts and isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
                return cls(ca_file, certificate, key)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _authority_certificate(key)
        folder.mkdir(parents=True, exist_ok=True)
        _write(key_file, _pem(key))
        _write(ca_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
        return cls(ca_file, certificate, key)

    def issue(self, folder: Path, names: Iterable[str] = ()) -> Certificate:
        """
        Write a new key and certificate into `folder`, for this machine's own names and addresses and for `names`.

        Raises:
            OSError: The folder cannot be written.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        issued = Certificate(folder / "server-cert.pem", folder / "server-key.pem")
        certificate = self._server_certificate(key.public_key(), tuple(dict.fromkeys((*LOCAL_NAMES, *names))))
        _write(issued.key_file, _pem(key))
        _write(issued.certificate_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
        return issued

    def client_context(self) -> ssl.SSLContext:
        """What a client verifies our servers with, their names included."""
        return ssl.create_default_context(cafile=self.ca_file)

    def _server_certificate(self, public_key: ec.EllipticCurvePublicKey, names: tuple[str, ...]) -> x509.Certificate:
        authority_id = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return (
            _builder(SERVER_LIFETIME)
            .subject_name(_name(names[0]))
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def _authority_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("keyturn on this machine")
    return (
        _builder(AUTHORITY_LIFETIME)
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _builder(lifetime: dt.timedelta) -> x509.CertificateBuilder:
    start = _now() - CLOCKS_DIFFER_BY
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lifetime)
    )


def _key_usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Whole or not at all, and never readable by others in between."""
    fd, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
        Path(scratch).chmod(mode)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink()
        raise


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
