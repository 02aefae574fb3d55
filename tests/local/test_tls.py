"""The local certificate authority: what it signs is verified by an unmodified client, names included."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509

from keyturn.local import tls
from keyturn.local.tls import Authority, Certificate


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.open(tmp_path / "authority")


@contextmanager
def serving(certificate: Certificate) -> Iterator[int]:
    """A TLS server that takes connections until the block ends; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except (ssl.SSLError, OSError):
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def connect(port: int, context: ssl.SSLContext, name: str) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name),
    ):
        pass


def strict(authority: Authority) -> ssl.SSLContext:
    """As Python's default is from 3.13 on."""
    context = authority.client_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "db.example", "10.1.2.3"])
def test_a_server_is_verified_by_each_of_its_names(authority, tmp_path, name):
    with serving(authority.issue(tmp_path, ["db.example", "10.1.2.3"])) as port:
        connect(port, strict(authority), name)


@pytest.mark.parametrize("name", ["other.example", "127.0.0.2", "x.localhost"])
def test_a_server_is_not_verified_by_another_name(authority, tmp_path, name):
    with serving(authority.issue(tmp_path)) as port, pytest.raises(ssl.SSLCertVerificationError):
        connect(port, strict(authority), name)


def test_a_server_is_not_verified_by_another_authority(authority, tmp_path):
    stranger = Authority.open(tmp_path / "stranger")
    with serving(authority.issue(tmp_path)) as port, pytest.raises(ssl.SSLCertVerificationError):
        connect(port, strict(stranger), "localhost")


def test_a_server_cannot_sign_for_others(authority, tmp_path):
    issued = x509.load_pem_x509_certificate(authority.issue(tmp_path).certificate_file.read_bytes())
    assert not issued.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not issued.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_keys_are_readable_by_their_owner_alone(authority, tmp_path):
    issued = authority.issue(tmp_path)
    keys = [issued.key_file, authority.ca_file.with_name("ca-key.pem")]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]


def test_an_authority_lives_in_its_folder(authority):
    assert Authority.open(authority.ca_file.parent) == authority


@pytest.mark.parametrize("file", ["ca.pem", "ca-key.pem"])
@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_text("-----BEGIN"), lambda path: path.write_text("")]
)
def test_a_damaged_authority_is_replaced(authority, tmp_path, file, damage):
    damage(authority.ca_file.with_name(file))
    renewed = Authority.open(authority.ca_file.parent)
    with serving(renewed.issue(tmp_path)) as port:
        connect(port, strict(renewed), "localhost")


def test_a_key_that_is_not_the_certificates_is_replaced(authority, tmp_path):
    other = Authority.open(tmp_path / "other")
    authority.ca_file.write_bytes(other.ca_file.read_bytes())
    renewed = Authority.open(authority.ca_file.parent)
    assert renewed.certificate not in (authority.certificate, other.certificate)


def test_an_authority_is_replaced_before_it_would_end_before_what_it_signs(authority, monkeypatch):
    later = authority.certificate.not_valid_after_utc - tls.SERVER_LIFETIME + dt.timedelta(minutes=1)
    monkeypatch.setattr(tls, "_now", lambda: later)
    assert Authority.open(authority.ca_file.parent).certificate != authority.certificate


def test_the_private_key_is_in_no_representation(authority):
    assert "PrivateKey" not in repr(authority)
