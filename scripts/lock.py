"""Write `requirements.lock`: the newest versions that `pyproject.toml` allows, everything they need, and the tools that build.

Run by `make lock`, in an environment made for it and thrown away.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILDERS = ["pip", "setuptools", "wheel"]
HEAD = "# Exact versions of everything, runtime and development. Renewed by `make lock`; not edited by hand.\n"


def wanted() -> list[str]:
    """What the project says it needs, with its `dev` extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def resolve() -> list[str]:
    """`name==version` of every package of a new environment that holds what is wanted."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", *BUILDERS], check=True)
        subprocess.run([*pip, "install", "--quiet", "--no-build-isolation", *wanted()], check=True)
        frozen = subprocess.run([*pip, "freeze", "--all"], check=True, capture_output=True, text=True).stdout
    return sorted(frozen.split("\n"), key=str.lower)


def main() -> int:
    lines = [line for line in resolve() if line]
    loose = [line for line in lines if "==" not in line]
    if loose:
        print(f"no exact version: {', '.join(loose)}", file=sys.stderr)
        return 1
    (ROOT / "requirements.lock").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"requirements.lock: {len(lines)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
