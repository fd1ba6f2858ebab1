"""Encrypted office files: opened with the user's password, or told as encrypted."""

import io

import msoffcrypto

from pipeline.errors import DocumentError

OPTION = "用 --password 给出密码"


def encrypted(what: str, tried: bool) -> DocumentError:
    """The failure of a file that needs a password; `tried`: the user gave one, and it was wrong."""
    reason = f"{what}有打开密码，给出的密码不对" if tried else f"{what}有打开密码"
    return DocumentError("encrypted", reason, f"请{OPTION}后再运行，或取消密码后另存")


def unlocked(data: bytes, password: str | None) -> bytes:
    """The office file inside an encrypted one. `DocumentError` without the right password."""
    if password is None:
        raise encrypted("文件", tried=False)
    opened = io.BytesIO()
    try:
        held = msoffcrypto.OfficeFile(io.BytesIO(data))
        held.load_key(password=password, verify_password=True)
        held.decrypt(opened)
    except Exception as error:  # the library has an exception of its own for every way of encrypting
        raise encrypted("文件", tried=True) from error
    return opened.getvalue()
