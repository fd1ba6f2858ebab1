"""An OFD file as a package: a zip whose members name one another by location."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.locked import encrypted

_LARGEST_XML, _LARGEST = 32 << 20, 128 << 20  # bytes of one member, unpacked
_LARGEST_ALL = 2 << 30  # bytes unpacked of one file, whatever is read twice counted twice
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


class Unreadable(Exception):
    """A member that is missing or damaged. The message is Chinese and names it."""


class Package:
    """The members of the zip by name. `notes`: what was found on the way that the user should know."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        """`DocumentError`: no zip, or truncated."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
            raise DocumentError("damaged", "OFD 的压缩结构损坏，文件可能被截断", UNREADABLE) from error
        self._password = password
        self._members = {_key(name): info for info in self._zip.infolist() if not info.is_dir() for name in _names(info)}
        self._left = _LARGEST_ALL
        self.notes: list[Note] = []

    def find(self, location: str, *folders: str) -> str:
        """The member a location means: from the root with a leading `/`, else in the first of the folders that has it. `Unreadable`: none."""
        for folder in ("", *folders) if location.lstrip().startswith(("/", "\\")) else (*folders, ""):
            key = _key(posixpath.join(folder, location.strip().replace("\\", "/").lstrip("/")))
            if key in self._members:
                return key
        raise Unreadable(f"缺少“{location:.80}”")

    def found(self, location: str | None, *folders: str) -> str | None:
        """As `find`; None where there is no location, or nothing there."""
        try:
            return self.find(location, *folders) if location else None
        except Unreadable:
            return None

    def read(self, member: str, largest: int = _LARGEST) -> bytes:
        """The bytes of a member that `find` gave. `Unreadable`: damaged or too large; `DocumentError`: encrypted, or a bomb."""
        info = self._members[member]
        if info.flag_bits & 1 and self._password is None:
            raise encrypted("文件", tried=False)
        if info.compress_type not in _COMPRESSIONS:
            raise Unreadable(f"“{member:.80}”的压缩方法不能读")
        try:
            with self._zip.open(info, pwd=(self._password or "").encode()) as held:
                data = held.read(largest + 1)
        except RuntimeError as error:
            raise encrypted("文件", tried=True) from error
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError) as error:
            raise Unreadable(f"“{member:.80}”的压缩数据损坏") from error
        self._left -= len(data)
        if self._left < 0:
            raise DocumentError("too-large", f"解压后超过上限 {_LARGEST_ALL >> 30} GB", "请核对文件来源，按文档拆分后再运行")
        if len(data) > largest:
            raise Unreadable(f"“{member:.80}”解压后超过 {largest >> 20} MB")
        return data

    def xml(self, member: str) -> etree._Element:
        """The root of an XML member. What can be read of a damaged one is read, and noted. `Unreadable`: nothing can."""
        data = self.read(member, _LARGEST_XML)
        try:
            root = etree.fromstring(data, _parser(recover=False))
        except (etree.XMLSyntaxError, ValueError):
            root = self._recovered(data, member)
        if root.getroottree().docinfo.internalDTD is not None:  # the standard has none; entities stay as they are
            self.notes.append(Note("damaged-part", f"“{member:.80}”带有 DTD，其中的实体没有展开", severity="warning"))
        return root

    def _recovered(self, data: bytes, member: str) -> etree._Element:
        try:
            root = etree.fromstring(data, _parser(recover=True))
        except (etree.XMLSyntaxError, ValueError):
            root = None
        if root is None:
            raise Unreadable(f"“{member:.80}”不是可读的 XML")
        self.notes.append(Note("damaged-part", f"“{member:.80}”的 XML 有错，出错处可能缺字", severity="warning"))
        return root


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=recover)


def _names(info: zipfile.ZipInfo) -> Iterator[str]:
    """The name of a member; without the mark of UTF-8 also as GBK, which Chinese zip programs write."""
    yield info.filename
    if not info.flag_bits & 0x800 and not info.filename.isascii():
        for encoding in ("gbk", "utf-8"):
            try:
                yield info.filename.encode("cp437").decode(encoding)
            except UnicodeError:
                continue


def _key(name: str) -> str:
    """A location as it is compared: from the root, upper and lower case alike."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()
