"""Changes of one rule, as a user makes them: each on a copy of the grammar, in the text of its file."""

import shutil
from pathlib import Path
from typing import NamedTuple

from grammars.grammar import FOLDER


class Edit(NamedTuple):
    """`rule` in `file` is given other words: each of `changes` stands there once, and is replaced."""

    rule: str
    file: str
    changes: tuple[tuple[str, str], ...]

    def apply(self, folder: Path) -> None:
        """On the grammar in `folder`. `ValueError`: the rule is not what it was when the change was thought of."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        for old, new in self.changes:
            if text.count(old) != 1:
                raise ValueError(f"{self.file} does not hold once: {old}")
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


# A province writes 接获 where others write 收到: the day its basis came is read. No other document of an archive has either word.
RARE = Edit("transfers.received", "transfers.yaml", (
    ("needs: [收到]\n    pattern: '(?P<date>{date}),?[^。;]{0,30}?收到'", "needs: [收到, 接获]\n    pattern: '(?P<date>{date}),?[^。;]{0,30}?(?:收到|接获)'"),
    ("gives: {date: 2023年11月13日}}]\n    near_misses: [收到文件后及时分配]",
     "gives: {date: 2023年11月13日}}, {text: '2023年11月13日,我厅接获《通知》', gives: {date: 2023年11月13日}}]\n    near_misses: [收到文件后及时分配]")))
# 逾500万元 says about how much, as 约500万元 does: money is told in every document, and in some of them so.
EVERYWHERE = Edit("amounts.money", "amounts.yaml", (
    ("(?P<about>约|近|超过|超|不超过)|不低于|(?<!下)达|共计|逾)?", "(?P<about>约|近|超过|超|不超过|逾)|不低于|(?<!下)达|共计)?"),
    ("      - {text: 项目补助1亿元,", "      - {text: 逾430万元, gives: {about: 逾, number: '430'}}\n      - {text: 项目补助1亿元,")))


def copied(folder: Path, *edits: Edit) -> Path:
    """A copy of the program's grammar as `folder`, with these changes."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for edit in edits:
        edit.apply(folder)
    return folder
