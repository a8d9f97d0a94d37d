"""Make .venv and install one file of locked requirements into it, unless that is done already.

Runs by path with the system's python3 before anything is installed: it imports nothing of the project, and is
written so that an old Python can read it far enough to say what is wrong.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

OLDEST, NEWEST = (3, 11), (3, 13)
CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(name: str) -> None:
    """Bring .venv up to the requirements file of that name; ends with one line where it can't."""
    requirements = CHECKOUT / name
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{name}.sha256"
    with (CHECKOUT / "Makefile").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PYTHON.exists():
            make_environment()
        if not succeeds(str(PYTHON), "-c", "import pip"):
            give_up(".venv is broken: remove it (rm -rf .venv) and run make again")
        if not stamp.exists() or stamp.read_text() != digest:
            install(requirements)
            stamp.write_text(digest)


def make_environment() -> None:
    """Create .venv with the standard library's venv."""
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        give_up(
            "Python 3.11, 3.12 or 3.13 is needed, python3 is {}.{}: install one and name it, "
            "for example make PYTHON=python3.12 run".format(*version)
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        give_up("python3 lacks its venv module: apt install python{}.{}-venv".format(*version))
    say("Making .venv")
    if not succeeds(sys.executable, "-m", "venv", str(VENV)):
        give_up("python3 -m venv failed: see above, then remove .venv and run make again")


def install(requirements: Path) -> None:
    """Install the locked packages: wheels only, each with the digest on record."""
    say(f"Installing {requirements.name} (once, about a minute)")
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--only-binary=:all:",
        "--require-hashes",
    ]
    if not succeeds(str(PYTHON), "-m", "pip", "install", *options, "-r", str(requirements)):
        give_up(f"pip could not install {requirements.name}: see above, check the network, run make again")


def succeeds(*command: str) -> bool:
    """Run a command with all that it prints on stderr."""
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


def say(line: str) -> None:
    """Tell the person at the keyboard, on stderr: stdout belongs to the command's result."""
    print(line, file=sys.stderr, flush=True)


def give_up(line: str) -> NoReturn:
    """End with one clear line."""
    sys.exit(f"make: {line}")


if __name__ == "__main__":
    main(sys.argv[1])
