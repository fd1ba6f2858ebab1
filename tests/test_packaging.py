"""The wheel alone is the program: installed in an empty environment, it runs from a folder that holds modules of its packages' names."""

import json
import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline.version import VERSION
from tests.conftest import CORPUS, ROOT, documents

PACKAGES = ("pipeline", "extractors", "grammars")
SOURCES = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")


def python(*arguments: str | Path) -> None:
    """This environment's Python; what it printed where it fails."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the sources by the tools of this environment, without network."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
    python("-m", "build", "--wheel", "--no-isolation", "--outdir", out, tree)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a new environment, which borrows third-party packages from this one and nothing of ours."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python("-m", "pip", "--disable-pip-version-check", "--python", folder / "bin" / "python", "install", "--no-deps", "--no-index", wheel)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return folder / "bin" / "gongwen"


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A folder in which every name of our packages is something else."""
    for package in PACKAGES:
        (tmp_path / f"{package}.py").write_text("raise SystemExit('a module of the current folder was imported')\n", encoding="utf-8")
    return tmp_path


def call(command: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    return subprocess.run([command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_wheel_holds_code_and_grammars(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(p.relative_to(ROOT)) for package in PACKAGES for p in (ROOT / package).rglob("*")
              if p.suffix in (".py", ".yaml", ".csv", ".md", ".sql", ".html", ".css", ".js") and "__pycache__" not in p.parts}
    assert wanted <= names
    assert not {n for n in names if n.split("/")[0] not in PACKAGES and ".dist-info/" not in n}


def test_version(installed: Path, decoys: Path) -> None:
    done = call(installed, decoys, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert VERSION in done.stdout


def test_ours_is_the_wheel_s(installed: Path, decoys: Path) -> None:
    """The borrowed packages do not bring this tree's own modules along."""
    done = call(installed.parent / "python", decoys, "-I", "-c", "import grammars.grammar as g; print(g.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed.parent.parent), done.stdout + done.stderr


def test_run(installed: Path, decoys: Path) -> None:
    document = documents(CORPUS / "documents")[0]
    done = call(installed, decoys, "run", document, "-o", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads(p.read_text(encoding="utf-8")) for p in (decoys / "out").rglob("*.json")]
    assert any(r.get("source", {}).get("path") == document.name for r in records if isinstance(r, dict))
