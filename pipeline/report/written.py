"""Where a report goes, and what may be overwritten: an older report of the same document, nothing else unasked."""

from pathlib import Path

from markupsafe import escape

from extractors.record import Record
from pipeline.charts.markup import said
from pipeline.errors import UsageError
from pipeline.report.names import file_name
from pipeline.report.page import page

_ENDING = ".report.html"


def write(record: Record, wanted: Path | None) -> Path:
    """The report at `wanted`, or in the present folder under the document's name; where it stands. `UsageError` where it cannot be."""
    path = wanted or _own(record)
    if path.suffix.lower() == ".pdf":
        raise UsageError(f"{path} 是 PDF 的名字；-o 给出网页的名字（如 {path.stem}.html），PDF 写在它旁边")
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹；-o 要给出文件的名字，如 {path / (file_name(record.source.path) + _ENDING)}")
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(page(record), encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"无法写入 {path}（{error.strerror}）；请检查文件夹是否存在、可写，或用 -o 指定别处") from error
    return path


def _own(record: Record) -> Path:
    path = Path(file_name(record.source.path) + _ENDING)
    if path.exists() and not _is_of(path, record):
        raise UsageError(f"{path} 已经存在，不是“{record.source.path}”的报告；请移走它，或用 -o 指定别的名字")
    return path


def _is_of(path: Path, record: Record) -> bool:
    """Two documents of different folders may have one name."""
    mark = f'<meta name="gongwen-report" content="{escape(said(record.source.path))}">'
    try:
        return path.is_file() and mark in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
