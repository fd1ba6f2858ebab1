from pathlib import Path

import pytest

from grammars.yaml_strict import GrammarError, keys, line, read


def written(folder: Path, text: str) -> Path:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_scalars_stay_as_written(tmp_path: Path) -> None:
    data = read(written(tmp_path, "a: 01\nb: 1e3\nc: 2024-05-23\nd: no\ne: 1_000\nf: ~\ng: true\nh: 0x1F\n"))
    assert {k: data[k] for k in keys(data)} == {"a": "01", "b": "1e3", "c": "2024-05-23", "d": "no", "e": "1_000", "f": None, "g": "true",
                                                "h": "0x1F"}


def test_every_mapping_knows_its_line(tmp_path: Path) -> None:
    data = read(written(tmp_path, "rules:\n  one:\n    pattern: x\n  two: {pattern: y}\n"))
    assert (line(data), line(data["rules"]), line(data["rules"]["one"]), line(data["rules"]["two"])) == (1, 2, 3, 4)
    assert keys(data["rules"]) == ["one", "two"] and line({}) == 0


@pytest.mark.parametrize(("text", "where", "reason"), [
    ("a: 1\na: 2\n", "line 2", "repeated key 'a'"),
    ("rules:\n  x: {pattern: p}\n  y: {pattern: q}\n  x: {pattern: r}\n", "line 4", "repeated key 'x'"),
    ("a: {b: 1, b: 2}\n", "line 1", "repeated key 'b'"),
    ("a: 'open\n", "line 2", "unexpected end"),
    ("a: [1, 2\n", "line", "expected"),
    ("a: !!python/object/apply:os.getcwd []\n", "line 1", "constructor"),
    ("- a\n- b\n", "file", "must be a mapping"),
    ("", "file", "must be a mapping"),
])
def test_what_is_wrong_is_told_with_file_place_and_reason(tmp_path: Path, text: str, where: str, reason: str) -> None:
    with pytest.raises(GrammarError) as told:
        read(written(tmp_path, text))
    assert told.value.file == "x.yaml" and where in told.value.where and reason in told.value.reason
    assert str(told.value) == f"x.yaml: {told.value.where}: {told.value.reason}"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"gone\.yaml: file: cannot be read"):
        read(tmp_path / "gone.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff\xfe\n")
    with pytest.raises(GrammarError, match=r"latin\.yaml"):
        read(tmp_path / "latin.yaml")
