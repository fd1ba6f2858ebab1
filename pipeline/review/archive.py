"""Pictures of what the whole archive says, by the views of `gongwen query`: so the numbers are those that a query gives."""

from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup


class Picture(NamedTuple):
    """`name`: what to choose it by."""

    name: str
    figure: Markup


class Group(NamedTuple):
    """Pictures of one kind, one shown at a time. `choice`: what is chosen, such as 年度."""

    id: str
    title: str
    about: str
    choice: str
    pictures: list[Picture]


def figures(folder: Path) -> list[Group]:
    return []
