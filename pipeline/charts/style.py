"""The style sheet of figures; a page has it once, whatever many figures it shows."""

from importlib.resources import files


def css() -> str:
    return files("pipeline.charts").joinpath("charts.css").read_text(encoding="utf-8")
