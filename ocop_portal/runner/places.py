"""Where this checkout keeps what it makes, and as whom its servers run."""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .problems import Problem

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Identity:
    """The account that servers run as when the runner itself is root (PostgreSQL refuses root)."""

    user: int
    group: int

    def can(self, access: str, path: Path) -> bool:
        """Try whether the account has `access` (a letter of test(1): x, r, w) to the path."""
        shell = ["/bin/sh", "-c", f'test -{access} "$0"', str(path)]
        done = subprocess.run(shell, user=self.user, group=self.group, extra_groups=[], cwd="/", check=False)
        return done.returncode == 0


def var_folder() -> Path:
    """The folder for everything made while running (OCOP_VAR_DIR, else `var`), created on demand."""
    folder = Path(os.environ.get("OCOP_VAR_DIR") or CHECKOUT / "var").absolute()
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def server_identity() -> Identity | None:
    """`nobody` when the runner is root, else None: the servers run as the person at the keyboard."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "as root the servers run as the user `nobody`, which this system lacks: "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL"
        ) from None
    return Identity(nobody.pw_uid, nobody.pw_gid)


def server_home(name: str) -> Path:
    """The folder of the server `name`: under var, or under /var/lib when its account cannot enter var."""
    var = var_folder()
    identity = server_identity()
    if identity is None or identity.can("x", var):
        return var / "servers" / name
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:8]
    return Path("/var/lib") / f"{CHECKOUT.name}-{digest}" / name


def own_folder(folder: Path, identity: Identity | None) -> Path:
    """Create a folder that only the server's account can read, below one that it can enter."""
    if not folder.parent.exists():
        folder.parent.mkdir(parents=True)
        folder.parent.chmod(0o711)
    folder.mkdir(exist_ok=True)
    if identity:
        os.chown(folder, identity.user, identity.group)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str, identity: Identity | None = None) -> None:
    """Write a file that only its owner (the server's account where one is given) can read, in one step."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    if identity:
        os.chown(draft, identity.user, identity.group)
    draft.replace(path)
