"""The documents of an OFD file, each in the version in force, and the resources that objects name by id."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.ofd.package import Package, Unreadable

_MOST_PAGES = 5_000
_ELSEWHERE = "请在 OFD 阅读器中用证书或密码打开，打印为 PDF 后再运行"


@dataclass(frozen=True)
class Resources:
    """What objects name by id. `fonts`, `media`: members, None where the file does not hold them; `params`, `units`: elements."""

    fonts: dict[str, str | None] = field(default_factory=dict)
    media: dict[str, str | None] = field(default_factory=dict)
    params: dict[str, etree._Element] = field(default_factory=dict)
    units: dict[str, etree._Element] = field(default_factory=dict)

    def over(self, other: "Resources") -> "Resources":
        """These, and those of the other that these do not have."""
        return Resources(other.fonts | self.fonts, other.media | self.media, other.params | self.params, other.units | self.units)


def resources(package: Package, owner: etree._Element | None, names: tuple[str, ...], folder: str) -> Resources:
    """Of all resource files that an element names in children called `names`; what cannot be read is noted."""
    found = Resources()
    for node in owner.iterchildren(etree.Element) if owner is not None else ():
        if etree.QName(node).localname not in names:
            continue
        try:
            member = package.find(node.text or "", folder)
            found = _resources(package, package.xml(member), posixpath.dirname(member)).over(found)
        except Unreadable as error:
            package.notes.append(Note("missing-part", f"资源文件读不到：{error}", severity="warning"))
    return found


def _resources(package: Package, root: etree._Element, folder: str) -> Resources:
    base = posixpath.join(folder, (root.get("BaseLoc") or "").replace("\\", "/").lstrip("/"))
    below, above = (base, folder), (root.get("BaseLoc") or "").lstrip("/")
    return Resources({n.get("ID", ""): package.found(n.findtext("{*}FontFile"), *below, above) for n in root.iterfind("{*}Fonts/{*}Font")},
                     {n.get("ID", ""): package.found(n.findtext("{*}MediaFile"), *below, above) for n in root.iterfind("{*}MultiMedias/{*}MultiMedia")},
                     {n.get("ID", ""): n for n in root.iterfind("{*}DrawParams/{*}DrawParam")},
                     {n.get("ID", ""): n for n in root.iterfind("{*}CompositeGraphicUnits/{*}CompositeGraphicUnit")})


@dataclass(frozen=True)
class Document:
    """One document of the file. `folder`: where its locations begin; `body`: its entry in OFD.xml, `home`: the folder of that."""

    package: Package
    root: etree._Element
    folder: str
    body: etree._Element
    home: str
    resources: Resources

    @property
    def area(self) -> etree._Element | None:
        return self.root.find("{*}CommonData/{*}PageArea")

    @property
    def pages(self) -> list[tuple[str, str]]:
        """Id and location of every page, in order. `DocumentError`: more than anyone prints."""
        found = [(n.get("ID") or "", n.get("BaseLoc") or "") for n in self.root.iterfind("{*}Pages/{*}Page")]
        if len(found) > _MOST_PAGES:
            raise DocumentError("too-large", f"有 {len(found)} 页，超过上限 {_MOST_PAGES} 页", "请按文档拆分后再运行")
        return found

    @property
    def templates(self) -> dict[str, etree._Element]:
        return {n.get("ID") or "": n for n in self.root.iterfind("{*}CommonData/{*}TemplatePage")}


def documents(package: Package) -> Iterator[Document]:
    """The documents of the file, one by one, each in its current version. `DocumentError`: encrypted, or none can be read."""
    if package.found("Encryptions.xml"):
        raise DocumentError("encrypted", "OFD 内容经过加密", _ELSEWHERE)
    try:
        entry = package.find("OFD.xml")
        bodies = list(package.xml(entry).iterfind("{*}DocBody"))
    except Unreadable as error:
        raise DocumentError("damaged", f"OFD 的入口文件读不到：{error}", UNREADABLE) from error
    if len(bodies) > 1:
        package.notes.append(Note("several-documents", f"文件里有 {len(bodies)} 个文档，依次读取，页码连续计数"))
    count = 0
    for document in (d for body in bodies for d in _document(package, body, posixpath.dirname(entry))):
        count += 1
        yield document
    if not count:
        raise DocumentError("damaged", "OFD 中没有读得到的文档", UNREADABLE)


def _document(package: Package, body: etree._Element, home: str) -> Iterator[Document]:
    """The document of one entry; a note instead where it cannot be read."""
    try:
        member = _current(package, body, home) or package.find(body.findtext("{*}DocRoot") or "", home)
        root, folder = package.xml(member), posixpath.dirname(member)
    except Unreadable as error:
        package.notes.append(Note("missing-part", f"文件中的一个文档读不到：{error}", severity="warning"))
        return
    yield Document(package, root, folder, body, home, resources(package, root.find("{*}CommonData"), ("PublicRes", "DocumentRes"), folder))


def _current(package: Package, body: etree._Element, home: str) -> str | None:
    """The root of the version in force; None where there are no versions, or that one cannot be read."""
    versions = body.findall("{*}Versions/{*}Version")
    if not versions:
        return None
    try:
        current = next((v for v in versions if v.get("Current") in ("true", "1")), None)
        if current is None:
            raise Unreadable("没有标明当前版本")
        member = package.find(current.get("BaseLoc") or "", home)
        found = package.find(package.xml(member).findtext("{*}DocRoot") or "", posixpath.dirname(member), home)
    except Unreadable as error:
        package.notes.append(Note("version", f"文件有 {len(versions)} 个版本，当前版本读不到（{error}），读取的是基础版本", severity="warning"))
        return None
    name = current.get("Index") or current.get("ID") or "未编号"
    package.notes.append(Note("version", f"文件有 {len(versions)} 个版本，读取的是当前版本（{name:.40}）"))
    return found
