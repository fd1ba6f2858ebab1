"""eml: the body and each attachment are documents of their own, whatever the mailer wrote names and text in."""

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.bundles import mails
from pipeline.inputs import collect
from pipeline.readers import mime
from tests.test_bundles import TEXT, inside, zipped

BODY = "各市财政局：\n现下达2024年就业补助资金。\n"
HEADERS = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def mail(text: str | None = BODY, page: str | None = None, attached: dict[str, bytes] | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "关于下达资金的通知"
    if text is not None:
        made.set_content(text)
    if page is not None:
        made.add_alternative(page, subtype="html") if text is not None else made.set_content(page, subtype="html")
    for name, data in (attached or {}).items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made


def part(headers: str, content: bytes) -> bytes:
    return headers.encode("ascii").replace(b"\n", b"\r\n") + b"\r\n\r\n" + content + b"\r\n"


def mixed(*parts: bytes, kind: str = "mixed") -> bytes:
    return HEADERS + f"Content-Type: multipart/{kind}; boundary=BB\r\n\r\n".encode() + b"".join(b"--BB\r\n" + p for p in parts) + b"--BB--\r\n"


def test_body_and_attachments_of_a_mail(tmp_path: Path) -> None:
    made = mail(attached={"分配表.txt": TEXT, "附件.zip": zipped({"目标表.txt": TEXT * 2})})
    assert inside(tmp_path, "通知.eml", made.as_bytes()) == {
        "通知.eml!/正文.txt": BODY.encode(), "通知.eml!/分配表.txt": TEXT, "通知.eml!/附件.zip!/目标表.txt": TEXT * 2}


def test_of_alternatives_the_page_is_the_body(tmp_path: Path) -> None:
    found = inside(tmp_path, "a.eml", mail(page="<html><body><p>正文一</p></body></html>").as_bytes())
    assert list(found) == ["a.eml!/正文.html"] and "正文一".encode() in bytes(found["a.eml!/正文.html"])  # type: ignore[arg-type]


def test_an_empty_page_gives_way_to_the_text(tmp_path: Path) -> None:
    assert inside(tmp_path, "a.eml", mail(page=" \n").as_bytes()) == {"a.eml!/正文.txt": BODY.encode()}


def test_text_before_and_behind_a_page_is_part_of_the_body(tmp_path: Path) -> None:
    data = mixed(part("Content-Type: text/html; charset=utf-8", "<p>表</p>".encode()), part("Content-Type: text/plain; charset=utf-8", "此致<敬礼>".encode()))
    body = bytes(inside(tmp_path, "a.eml", data)["a.eml!/正文.html"]).decode()  # type: ignore[arg-type]
    assert body.index("表") < body.index("<p>此致&lt;敬礼&gt;")


@pytest.mark.parametrize("header", [
    'filename="=?GB2312?B?{gb}?="', 'filename="=?utf-8?B?{utf}?="', "filename*=utf-8''%E5%88%86%E9%85%8D%E8%A1%A8.txt", "filename*=GB2312''%B7%D6%C5%E4%B1%ED.txt",
    "filename*0*=utf-8''%E5%88%86%E9%85; filename*1*=%8D%E8%A1%A8.txt", 'filename="C:\\\\x\\\\=?GBK?Q?=B7=D6=C5=E4=B1=ED.txt?="',
])
def test_names_however_they_are_coded(tmp_path: Path, header: str) -> None:
    told = header.format(gb=base64.b64encode("分配表.txt".encode("gb18030")).decode(), utf=base64.b64encode("分配表.txt".encode()).decode())
    data = mixed(part(f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {told}", TEXT))
    assert list(inside(tmp_path, "a.eml", data)) == ["a.eml!/分配表.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_plain_bytes(tmp_path: Path, encoding: str) -> None:
    data = mixed(b'Content-Type: application/octet-stream; name="' + "通知.txt".encode(encoding) + b'"\r\n\r\n' + TEXT + b"\r\n")
    assert list(inside(tmp_path, "a.eml", data)) == ["a.eml!/通知.txt"]


def test_an_encoded_word_cut_within_a_character(tmp_path: Path) -> None:
    raw = "二〇二四年分配表.txt".encode("gb18030")
    told = " ".join(f"=?gb2312?B?{base64.b64encode(piece).decode()}?=" for piece in (raw[:7], raw[7:]))
    data = mixed(part(f'Content-Type: text/plain\nContent-Disposition: attachment; filename="{told}"', TEXT))
    assert list(inside(tmp_path, "a.eml", data)) == ["a.eml!/二〇二四年分配表.txt"]


@pytest.mark.parametrize(("charset", "encoding"), [("gb2312", "gb18030"), ("GBK", "gb18030"), ("utf-8", "utf-8"), ("unknown-x", "gb18030"), ("utf-8", "gb18030"), ("", "gb18030")])
@pytest.mark.parametrize("coded", ["8bit", "base64"])
def test_a_body_in_the_charset_it_declares_or_is_found_in(tmp_path: Path, charset: str, encoding: str, coded: str) -> None:
    text = "关于镕基教育资金的通知，请遵照执行。" * 3  # 镕 is not in GB2312
    raw = text.encode(encoding)
    head = f"Content-Type: text/plain{f'; charset={charset}' if charset else ''}\nContent-Transfer-Encoding: {coded}"
    found = inside(tmp_path, "a.eml", mixed(part(head, base64.encodebytes(raw) if coded == "base64" else raw)))
    assert bytes(found["a.eml!/正文.txt"]).decode().strip() == text  # type: ignore[arg-type]


def test_a_mail_in_a_mail(tmp_path: Path) -> None:
    outer = mail()
    outer.add_attachment(mail("转发的正文\n", attached={"表.txt": TEXT}))
    assert inside(tmp_path, "a.eml", outer.as_bytes()) == {
        "a.eml!/正文.txt": BODY.encode(), "a.eml!/关于下达资金的通知.eml!/正文.txt": "转发的正文\n".encode(), "a.eml!/关于下达资金的通知.eml!/表.txt": TEXT}


def test_pictures_of_the_page_belong_to_it_and_others_are_attachments(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    page = part("Content-Type: text/html; charset=utf-8", "<p>见图<img src='cid:1'></p>".encode())
    drawn = part("Content-Type: image/png\nContent-ID: <1>", png)
    scan = part('Content-Type: image/png\nContent-ID: <2>\nContent-Disposition: attachment; filename="scan.png"', png)
    assert set(inside(tmp_path, "a.eml", mixed(page, drawn, scan, kind="related"))) == {"a.eml!/正文.html", "a.eml!/scan.png"}
    assert set(inside(tmp_path, "a.eml", mixed(page, part("Content-Type: image/png", png)))) == {"a.eml!/正文.html", "a.eml!/未命名.png"}


def test_a_mail_of_attachments_alone_has_no_body_and_an_empty_one_says_so(tmp_path: Path) -> None:
    assert inside(tmp_path, "a.eml", mail(text=" \n", attached={"表.txt": TEXT}).as_bytes()) == {"a.eml!/表.txt": TEXT}
    assert inside(tmp_path, "b.eml", mail(text=" \n").as_bytes()) == {"b.eml": "empty"}


def test_an_old_mail_without_mime_goes_by_its_name(tmp_path: Path) -> None:
    found = inside(tmp_path, "a.eml", b"From: a@example.org\nSubject: x\n\n" + BODY.encode("gb18030"))
    assert found == {"a.eml!/正文.txt": BODY.encode()}


def test_a_mail_nested_beyond_reason_or_too_large_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = HEADERS + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert inside(tmp_path, "a.eml", deep) == {"a.eml": "damaged"}
    monkeypatch.setattr(mime, "_MOST", 50)
    assert inside(tmp_path, "c.eml", mixed(*[part("", b"") for _ in range(60)])) == {"c.eml": "too-large"}
    monkeypatch.setattr(mime, "LARGEST", 100)
    monkeypatch.setattr(mails, "LARGEST", 100)
    assert inside(tmp_path, "b.eml", mail().as_bytes()) == {"b.eml": "too-large"}


def test_a_mail_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    data = mail(attached={"表.txt": TEXT * 200}).as_bytes()
    (tmp_path / "a.eml").write_bytes(data[:len(data) // 2])
    documents = collect([tmp_path / "a.eml"])
    assert [d.name for d in documents] == ["a.eml", "a.eml!/正文.txt", "a.eml!/表.txt"]
    assert documents[0].failure and documents[0].failure.code == "damaged"
