"""Bundles: their members by name and content, whatever packed them; what is locked, broken, hostile or too much is told and stops nothing."""

import bz2
import gzip
import hashlib
import hmac
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bundles import bundle, tars, unfold
from pipeline.bundles.shelf import Shelf
from pipeline.documents import Document
from pipeline.errors import DocumentError
from pipeline.inputs import collect
from pipeline.names import distinct, safe
from pipeline.readers import kinds
from pipeline.readers.kinds import HEAD, kind_of

TEXT = "甘肃省财政厅关于下达2024年就业补助资金的通知\n各市财政局：\n现下达你市资金5000万元。\n".encode()


class _Raw(zipfile.ZipInfo):
    """A member whose name is written as the bytes that a packing program wrote, marked as UTF-8 or not."""

    def __init__(self, name: bytes, marked: bool = False) -> None:
        super().__init__(str(name))
        self.compress_type, self.raw, self.mark = zipfile.ZIP_DEFLATED, name, 0x800 if marked else 0

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.mark


def zipped(members: dict[str, bytes], encoding: str = "utf-8", marked: bool = True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, data in members.items():
            file.writestr(_Raw(name.encode(encoding), marked), data)
    return held.getvalue()


def tarred(members: dict[str, bytes], packed: Callable[[bytes], bytes] = bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return packed(held.getvalue())


def inside(tmp_path: Path, name: str, data: bytes, passwords: tuple[str, ...] = ()) -> dict[str, bytes | str]:
    """The documents of a file: what each holds, or the code of its failure."""
    (tmp_path / name).write_bytes(data)
    return {d.name: _content(d, passwords) for d in collect([tmp_path / name], passwords=passwords)}


def _content(document: Document, passwords: tuple[str, ...]) -> bytes | str:
    if document.failure:
        assert document.failure.reason and document.failure.next_step
        return document.failure.code
    try:
        data = Shelf(passwords).read(document.path, document.inside)
        kind_of(data, document.name)
        return data
    except DocumentError as error:
        return error.code


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "marked"), [("utf-8", True), ("utf-8", False), ("gb18030", False)])
def test_chinese_names_of_a_zip(tmp_path: Path, encoding: str, marked: bool) -> None:
    names = ("通知.txt", "下级/分配表.txt", "a.txt", "联通.txt")
    found = inside(tmp_path, "附件.zip", zipped(dict.fromkeys(names, TEXT), encoding, marked))
    assert found == {f"附件.zip!/{name}": TEXT for name in names}


@pytest.mark.parametrize("name", ["通知.txt", "联通.txt", "通知/a.txt"])
def test_a_name_that_is_utf_8_by_chance(tmp_path: Path, name: str) -> None:
    assert set(inside(tmp_path, "附件.zip", zipped({name: TEXT}, "gb18030", False))) == {f"附件.zip!/{name}"}


def test_a_name_with_a_backslash_within_a_character_and_one_between_folders(tmp_path: Path) -> None:
    names = ("下级\\许可.txt", "鎈.txt")  # 鎈 is E6 5C in GB18030
    assert b"\\" in names[1].encode("gb18030")
    found = inside(tmp_path, "a.zip", zipped(dict.fromkeys(names, TEXT), "gb18030", False))
    assert set(found) == {"a.zip!/下级/许可.txt", "a.zip!/鎈.txt"}


@pytest.mark.parametrize(("name", "told"), [
    ("/etc/passwd", "etc/passwd"), ("../../x.txt", "x.txt"), ("a/../../b.txt", "a/b.txt"), ("C:\\资料\\x.txt", "资料/x.txt"), ("a/./b//c", "a/b/c"),
    ("a\x00b\n.txt", "a_b_.txt"), ("..", "_"), ("", "_"), ("第1:b?.txt", "第1_b_.txt"), ("\\\\server\\x.txt", "server/x.txt"),
])
def test_names_are_made_safe(name: str, told: str) -> None:
    assert safe(name) == PurePosixPath(told)


@given(st.text(max_size=300))
def test_a_safe_name_leads_nowhere_else(name: str) -> None:
    told = safe(name)
    assert not told.is_absolute() and ".." not in told.parts and len(str(told).encode()) <= max(600, len(name.encode("utf-8", "replace")))
    assert str(told).encode() and "\x00" not in str(told)


def test_a_name_of_very_many_folders_keeps_its_end() -> None:
    assert safe("/".join(["长" * 40] * 40 + ["通知.txt"])).name == "通知.txt"
    assert len(safe("/".join("abcdefghijklmnopqrstuvwxyz")).parts) <= 16


@given(st.lists(st.sampled_from(["a.txt", "a~2.txt", "b", "c/a.txt"])))
def test_distinct_names_are_distinct_and_the_first_keeps_its_own(names: list[str]) -> None:
    told = distinct(map(PurePosixPath, names))
    assert len(set(told)) == len(names)
    assert all(told[names.index(name)] == PurePosixPath(name) for name in set(names))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for data in (b"1", b"2"):
            file.writestr(_Raw(b"a.txt"), data)
    assert inside(tmp_path, "x.zip", held.getvalue()) == {"x.zip!/a.txt": b"1", "x.zip!/a~2.txt": b"2"}


def test_a_folder_that_is_called_like_a_bundle_keeps_out_of_its_way(tmp_path: Path) -> None:
    (tmp_path / "a.zip!").mkdir()
    (tmp_path / "a.zip!" / "x.txt").write_bytes(b"folder")
    (tmp_path / "a.zip").write_bytes(zipped({"x.txt": b"zip"}))
    assert {d.name for d in collect([tmp_path])} == {"a.zip!/x.txt", "a.zip!/x~2.txt"}


# --- what is in it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "packed"), [
    ("a.tar", bytes), ("a.tar.gz", gzip.compress), ("a.tgz", gzip.compress), ("a.tar.bz2", bz2.compress), ("a.tar.xz", lzma.compress), ("a.bin", gzip.compress),
])
def test_tar_plain_and_compressed(tmp_path: Path, name: str, packed: Callable[[bytes], bytes]) -> None:
    members = {"通知.txt": TEXT, "下级/b.md": TEXT * 2, "图.tmp": b"no document"}
    assert inside(tmp_path, name, tarred(members, packed)) == {f"{name}!/通知.txt": TEXT, f"{name}!/下级/b.md": TEXT * 2}


def test_names_of_a_tar_in_gb18030(tmp_path: Path) -> None:
    raw = os.fsdecode("通知.txt".encode("gb18030"))
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape") as file:
        file.addfile(tarfile.TarInfo(raw))
    (tmp_path / "a.tar").write_bytes(held.getvalue())
    assert [d.name for d in collect([tmp_path / "a.tar"])] == ["a.tar!/通知.txt"]


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_file_compressed(tmp_path: Path, packed: Callable[[bytes], bytes]) -> None:
    assert inside(tmp_path, "通知.txt.gz", packed(TEXT)) == {"通知.txt.gz!/通知.txt": TEXT}


def test_what_systems_and_browsers_add_is_passed_over(tmp_path: Path) -> None:
    kept = {"通知.html": b"<html>x</html>", "资料_files/a.html": b"<html>x</html>", "通知2024.5": TEXT}
    passed_over = {"__MACOSX/._通知.html": b"<html>", ".DS_Store": b"x", "~$通知.docx": b"x", "下级/Thumbs.db": b"x", "通知_files/a.png": b"\x89PNG\r\n\x1a\n",
                   "通知_files/b/c.html": b"<html>", "通知.files/sheet001.htm": b"<html>", "code.py": b"x", "data.json": b"{}"}
    found = inside(tmp_path, "a.zip", zipped(kept | passed_over))
    assert set(found) == {f"a.zip!/{name}" for name in kept}


def test_a_zip_in_a_zip_and_a_tar_in_that(tmp_path: Path) -> None:
    data = zipped({"内.zip": zipped({"更内.tar.gz": tarred({"通知.txt": TEXT}, gzip.compress), "b.txt": b"b"}), "c.txt": b"c"})
    assert inside(tmp_path, "外.zip", data) == {
        "外.zip!/c.txt": b"c", "外.zip!/内.zip!/b.txt": b"b", "外.zip!/内.zip!/更内.tar.gz!/通知.txt": TEXT}


def test_a_fourth_level_fails_alone(tmp_path: Path) -> None:
    data = zipped({"d.txt": b"d"})
    for name in ("4.zip", "3.zip", "2.zip"):
        data = zipped({name: data, "x.txt": b"x"})
    assert inside(tmp_path, "1.zip", data) == {
        "1.zip!/x.txt": b"x", "1.zip!/2.zip!/x.txt": b"x", "1.zip!/2.zip!/3.zip!/x.txt": b"x", "1.zip!/2.zip!/3.zip!/4.zip": "too-deep"}


def test_a_bundle_under_another_name_and_a_document_that_is_a_zip_inside(tmp_path: Path) -> None:
    docx = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert inside(tmp_path, "资料.dat", zipped({"a.txt": TEXT, "b.bin": docx})) == {"资料.dat!/a.txt": TEXT, "资料.dat!/b.bin": docx}


def test_members_are_read_in_any_order(tmp_path: Path) -> None:
    members = {f"{n}.txt": bytes([65 + n]) * 70000 for n in range(6)}
    (tmp_path / "a.zip").write_bytes(zipped({"t.tgz": tarred(members, gzip.compress), "u.tgz": tarred(members, gzip.compress)}))
    documents, shelf = collect([tmp_path / "a.zip"]), Shelf()
    for document in (*reversed(documents), *documents[::5], *documents):
        assert shelf.read(document.path, document.inside) == members[PurePosixPath(document.name).name]
    shelf.close()


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_an_empty_bundle_says_so(tmp_path: Path) -> None:
    for name, data in {"a.zip": zipped({}), "b.zip": zipped({"x.py": b"x"}), "c.tgz": tarred({}, gzip.compress), "d.tgz": tarred({".DS_Store": b"x"}, gzip.compress)}.items():
        assert inside(tmp_path, name, data) == {name: "empty"}


@pytest.mark.parametrize("cut", [40, 200, -30])
def test_a_zip_cut_short_is_one_failure(tmp_path: Path, cut: int) -> None:
    assert inside(tmp_path, "a.zip", zipped({"a.txt": os.urandom(300), "b.txt": TEXT})[:cut]) == {"a.zip": "damaged"}


def test_a_member_that_is_damaged_stops_no_other(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT * 50, "b.txt": TEXT}))
    data[45] ^= 0xFF
    assert inside(tmp_path, "a.zip", bytes(data)) == {"a.zip!/a.txt": "damaged", "a.zip!/b.txt": TEXT}


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_tar_cut_short_gives_what_is_whole_and_says_so(tmp_path: Path, packed: Callable[[bytes], bytes]) -> None:
    members = {f"{n}.txt": os.urandom(60000) for n in range(3)}
    whole = tarred(members, packed)
    found = inside(tmp_path, "a.tar", whole[:int(len(whole) * 0.55)])
    assert found["a.tar"] == "damaged" and found["a.tar!/0.txt"] == members["0.txt"] and "a.tar!/2.txt" not in found


def test_a_tar_with_a_broken_header_in_the_middle_says_so(tmp_path: Path) -> None:
    data = bytearray(tarred({f"{n}.txt": b"x" * 512 for n in range(3)}))
    data[1024 + 150] ^= 0xFF
    assert inside(tmp_path, "a.tar", bytes(data)) == {"a.tar": "damaged", "a.tar!/0.txt": b"x" * 512}


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as file:
        for name, kind in (("l.txt", tarfile.SYMTYPE), ("h.txt", tarfile.LNKTYPE), ("d.txt", tarfile.CHRTYPE), ("f.txt", tarfile.FIFOTYPE), ("/r.txt", tarfile.REGTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
    assert [d.name for d in collect([_put(tmp_path / "a.tar", held.getvalue())])] == ["a.tar!/r.txt"]
    link = _Raw(b"l.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zip_file:
        zip_file.writestr(link, "/etc/passwd")
        zip_file.writestr("../r.txt", TEXT)
    assert inside(tmp_path, "a.zip", held.getvalue()) == {"a.zip!/r.txt": TEXT}


def _put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_way_of_packing_that_nothing_here_unpacks_says_so(tmp_path: Path) -> None:
    data = _patched(zipped({"a.txt": TEXT}), method=93)
    assert inside(tmp_path, "a.zip", data) == {"a.zip!/a.txt": "unsupported"}


# --- what is too much -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [
    zipped({"a.txt": bytes(40 << 20)}), gzip.compress(b"x" * (40 << 20)), tarred({"a.txt": bytes(40 << 20)}, gzip.compress), tarred({"a.txt": bytes(40 << 20)}, lzma.compress),
], ids=["zip", "gz", "tar.gz", "tar.xz"])
def test_a_bundle_that_unfolds_to_far_more_than_it_is_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(bundle, "_SMALL", 1 << 20)
    assert inside(tmp_path, "a.dat", data) == {"a.dat": "too-large"}


def test_a_bomb_within_a_bundle_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_SMALL", 1 << 20)
    data = zipped({"弹.zip": zipped({"a.txt": bytes(4 << 20)}), "通知.txt": TEXT, "垫.txt": os.urandom(1 << 16)})
    found = inside(tmp_path, "a.zip", data)
    assert found["a.zip!/弹.zip"] == "too-large" and found["a.zip!/通知.txt"] == TEXT


def test_all_bundles_within_one_file_share_what_it_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfold, "Allowance", lambda: bundle.Allowance(members=10))
    one = zipped({f"{n}.txt": b"x" for n in range(4)})
    found = inside(tmp_path, "a.zip", zipped({f"{n}.zip": one for n in range(3)}))
    assert sorted(v for v in found.values() if isinstance(v, str)) == ["too-large", "too-large"] and len(found) == 6
    monkeypatch.setattr(unfold, "Allowance", lambda: bundle.Allowance(size=1000))
    assert inside(tmp_path, "b.zip", zipped({"a.txt": os.urandom(1001)})) == {"b.zip": "too-large"}


def test_a_member_that_is_too_long_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bundle, unfold, tars):
        monkeypatch.setattr(module, "LARGEST", 1000)
    members = {"a.txt": os.urandom(2000), "b.txt": b"b"}
    assert inside(tmp_path, "a.zip", zipped(members)) == {"a.zip!/a.txt": "too-large", "a.zip!/b.txt": b"b"}
    assert inside(tmp_path, "a.tgz", tarred(members, gzip.compress)) == {"a.tgz!/a.txt": "too-large", "a.tgz!/b.txt": b"b"}
    assert inside(tmp_path, "a.gz", gzip.compress(members["a.txt"])) == {"a.gz": "too-large"}


def test_a_header_of_a_tar_that_claims_gigabytes_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 4 << 30
    assert inside(tmp_path, "a.tgz", gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + bytes(1 << 20))) == {"a.tgz!/a": "damaged"}


def test_a_list_of_members_too_long_to_hold_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_LONGEST_LIST", 500)
    monkeypatch.setattr(tars, "MOST", 10)
    members = {f"{n}.txt": b"x" for n in range(12)}
    (tmp_path / "a.zip").write_bytes(zipped(members))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert inside(tmp_path, "a.zip", (tmp_path / "a.zip").read_bytes()) == {"a.zip": "too-large"}
    assert inside(tmp_path, "a.tgz", tarred(members, gzip.compress)) == {"a.tgz": "too-large"}


def test_the_list_of_a_zip_of_the_large_kind_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"a.txt": b"x"})
    end = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", data, end + 12)
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, size, start) + b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    large = data[:end] + record + data[end:end + 12] + b"\xff" * 8 + data[end + 20:]
    assert kinds.directory(io.BytesIO(large)).namelist() == ["a.txt"]
    monkeypatch.setattr(kinds, "_LONGEST_LIST", size - 1)
    with pytest.raises(DocumentError, match="过多"):
        kinds.directory(io.BytesIO(large))


def test_no_more_is_read_of_a_member_than_tells_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing reads the beginning of each member; memory and disk do not grow with what a bundle holds."""
    read: list[int] = []
    whole = zipfile.ZipExtFile.read

    def counted(file: zipfile.ZipExtFile, size: int = -1) -> bytes:
        read.append(size)
        return whole(file, size)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    collect([_put(tmp_path / "a.zip", zipped({f"{n}.pdf": b"%PDF-1.4" + os.urandom(300_000) for n in range(3)}))])
    assert read == [HEAD] * 3


# --- passwords --------------------------------------------------------------------------------------------------------


def _patched(made: bytes, **to: int) -> bytes:
    """Fields of the only member changed in both its headers."""
    told = bytearray(made)
    for start, first in ((0, 4), (made.index(b"PK\x01\x02"), 6)):
        for name, value in to.items():
            offset, form = {"flags": (2, "<H"), "method": (4, "<H"), "crc": (10, "<I"), "size": (18, "<I")}[name]
            struct.pack_into(form, told, start + first + offset, value)
    return bytes(told)


def locked_zip(data: bytes, password: bytes) -> bytes:
    """One member in the old encryption of PKWARE."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(byte: int) -> None:
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    def coded(byte: int) -> int:
        mask = (keys[2] | 2) & 0xFFFF
        step(byte)
        return byte ^ (mask * (mask ^ 1) >> 8) & 0xFF

    for byte in password:
        step(byte)
    crc = zlib.crc32(data)
    hidden = bytes(map(coded, bytes(11) + bytes([crc >> 24]) + data))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("通知.txt", hidden)
    return _patched(held.getvalue(), flags=0x801, crc=crc, size=len(data))


def _crc(crc: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def aes_zip(data: bytes, password: bytes, strength: int, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """One member in the encryption of WinZip, written by its description."""
    length = 8 * (strength + 1)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush() if method else data
    salt = bytes(range(length // 2))
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 2 * length + 2)
    cipher = Cipher(AES(keys[:length]), ECB()).encryptor()
    stream = b"".join(cipher.update((n + 1).to_bytes(16, "little")) for n in range(len(packed) // 16 + 1))
    hidden = bytes(a ^ b for a, b in zip(packed, stream, strict=False))
    seal = hmac.new(keys[length:2 * length], hidden, "sha1").digest()[:10]
    info = zipfile.ZipInfo("通知.txt")
    info.extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", strength, method)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr(info, salt + keys[2 * length:] + hidden + seal)
    return _patched(held.getvalue(), flags=0x801, method=99, crc=0, size=len(data))


LOCKED = {"old": locked_zip(TEXT, b"abc1"), "aes128": aes_zip(TEXT, b"abc1", 1), "aes256": aes_zip(TEXT * 30000, b"abc1", 3), "aes-stored": aes_zip(TEXT, b"abc1", 2, 0)}


@pytest.mark.parametrize("data", LOCKED.values(), ids=LOCKED)
def test_a_locked_zip_takes_a_password_or_says_that_it_needs_one(tmp_path: Path, data: bytes) -> None:
    assert inside(tmp_path, "a.zip", data) == {"a.zip": "encrypted"}
    assert inside(tmp_path, "a.zip", data, ("wrong", "密码")) == {"a.zip": "encrypted"}
    (found,) = inside(tmp_path, "a.zip", data, ("wrong", "abc1")).items()
    assert found[0] == "a.zip!/通知.txt" and isinstance(found[1], bytes) and found[1].startswith(TEXT)


def test_a_password_in_chinese_of_a_program_that_codes_it_in_gb18030(tmp_path: Path) -> None:
    assert inside(tmp_path, "a.zip", locked_zip(TEXT, "财政".encode("gb18030")), ("财政",)) == {"a.zip!/通知.txt": TEXT}


def test_what_a_wrong_password_opens_by_chance_is_not_taken_for_the_content(tmp_path: Path) -> None:
    """One byte tells a wrong password of the old kind: of 600 some pass it."""
    assert inside(tmp_path, "a.zip", locked_zip(TEXT, b"right"), tuple(f"{n}" for n in range(600))) == {"a.zip": "encrypted"}


def test_a_broken_seal_is_told(tmp_path: Path) -> None:
    data = bytearray(LOCKED["aes128"])
    data[-120] ^= 1
    at = bytes(data).index(b"PK\x01\x02") - 12
    data[at] ^= 1
    assert set(inside(tmp_path, "a.zip", bytes(data), ("abc1",)).values()) <= {"damaged", "encrypted"}


def test_a_bundle_of_both_gives_what_is_not_locked(tmp_path: Path) -> None:
    data = zipped({"内.zip": LOCKED["old"], "b.txt": b"b"})
    assert inside(tmp_path, "a.zip", data) == {"a.zip!/b.txt": b"b", "a.zip!/内.zip": "encrypted"}
