"""The id of a document: stable, by its content."""

import hashlib


def id_of(sha256: str) -> str:
    """The id of a document, by the digest of its content."""
    return hashlib.sha256(f"gongwen:{sha256}".encode()).hexdigest()[:16]
