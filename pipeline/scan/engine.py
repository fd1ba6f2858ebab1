"""Recognition: where text stands on an image, and what a line of it says. Models come from the installed package; nothing is downloaded."""

import importlib.util
import multiprocessing
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from pipeline.errors import DocumentError
from pipeline.scan.picture import Area, Picture

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_SHORT, _MOST = (736, 1260), 6e6  # pixels of the shorter side that detection looks at (an A4 page at 150 dpi: finer does not find more), and of the whole
_LARGER = 2.0  # times that a small picture is enlarged for it, at most
_HEIGHT = 48  # pixels of a line as the recognition model takes it
_BRIEF, _ROOM = (1.1, 2.2), 3  # times its height: lines of two characters so wide are read better with paper after them up to that width


class Letter(NamedTuple):
    """A recognised character; `at` is its middle as a share (0 to 1) of the width of its line, `confidence` from 0 to 1."""

    text: str
    at: float
    confidence: float


def detect(image: Picture) -> list[Area]:
    """Where lines of text stand. `DocumentError`: recognition is not installed."""
    scale = _scale(*image.shape[:2])
    found: Any = _engine()(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale != 1 else image, use_det=True, use_cls=False, use_rec=False)
    boxes = found.boxes  # n × 4 corners × (x, y)
    if boxes is None:
        return []
    corners = np.concatenate([boxes.min(axis=1), boxes.max(axis=1)], axis=1) / scale
    return [Area(round(a), round(b), round(c), round(d)) for a, b, c, d in corners.tolist()]


def _scale(height: int, width: int) -> float:
    shorter = min(height, width)
    larger = min(max(1.0, _SHORT[0] / shorter), _LARGER)
    return float(min(larger, _SHORT[1] / shorter, (_MOST / (height * width)) ** 0.5))


def read(line: Picture) -> list[Letter]:
    """The characters of one horizontal line, from the left; white space is left out. `DocumentError`: recognition is not installed."""
    share = 1.0
    if _BRIEF[0] * line.shape[0] <= line.shape[1] < _BRIEF[1] * line.shape[0]:
        share = line.shape[1] / (_ROOM * line.shape[0])
        line = _with_paper(line, _ROOM * line.shape[0])
    found: Any = _engine().recognize_txt([line])
    text, info = found.txts[0], found.word_results[0]
    columns = (column for word in info.word_cols for column in word)  # of what is no space
    width = max(info.line_txt_len, 1.0) * share
    return [Letter(c, min((next(columns) + 0.5) / width, 1.0), round(sure, 3)) for c, sure in zip(text, info.confs, strict=False) if not c.isspace()]


def _with_paper(line: Picture, width: int) -> Picture:
    paper = [float(level) for level in np.median(line, axis=(0, 1))]
    return np.asarray(cv2.copyMakeBorder(line, 0, 0, 0, width - line.shape[1], cv2.BORDER_CONSTANT, value=paper), dtype=np.uint8)


@cache
def _engine() -> "RapidOCR":
    """Once a process. Lines are read one at a time at their own width: no line depends on its neighbours, and none is padded."""
    models = _models()
    from rapidocr import RapidOCR

    return RapidOCR(params={
        "Global.use_cls": False, "Global.return_word_box": True, "Global.log_level": "critical", "Global.max_side_len": 100_000, "Global.use_vertical_padding": False,
        "Det.limit_side_len": 32, "Det.model_path": str(models / _DETECTION), "Rec.model_path": str(models / _RECOGNITION),
        "Rec.rec_batch_num": 1, "Rec.rec_img_shape": [3, _HEIGHT, _HEIGHT],
        "EngineConfig.onnxruntime.intra_op_num_threads": _threads(), "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    })


def _models() -> Path:
    """The folder of the models inside the installed package. `DocumentError`: it is not there, or they are not."""
    found = importlib.util.find_spec("rapidocr") if importlib.util.find_spec("onnxruntime") else None
    folder = Path(found.origin).parent / "models" if found and found.origin else None
    if folder is None or not all((folder / name).is_file() for name in (_DETECTION, _RECOGNITION)):
        raise DocumentError("ocr-unavailable", "这是扫描件或图片，本机没有文字识别组件或其模型", "请安装 rapidocr 与 onnxruntime（pip install rapidocr onnxruntime）后再运行")
    return folder


def _threads() -> int:
    """A worker of a pool shares the cores with its siblings; two of one thread are as fast as one of two."""
    return 1 if multiprocessing.parent_process() else os.cpu_count() or 1
