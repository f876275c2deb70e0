"""The person at the other end, if there is one: what is told beside the result, asked, or opened on the desktop."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""The variables of which a Linux session with a desktop has one; without any a browser would open in the terminal."""


class Terminal:
    """stdout gets the result alone; everything said beside it goes to stderr."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._told: set[str] = set()

    @property
    def shows_result(self) -> bool:
        """Whether a person looks at stdout."""
        return sys.stdout.isatty()

    @property
    def can_ask(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def tell(self, message: str) -> None:
        """A message to the person, one line, once."""
        from sm_devzone.domain.text import one_line

        if message in self._told:
            return
        self._told.add(message)
        self._print(f"devzone: {one_line(message)}\n")

    def show(self, drawn: str) -> None:
        """What a person looks at before answering a question."""
        self._print(drawn)

    def _print(self, text: str) -> None:
        with suppress(OSError):  # a full disk or a closed pipe under a message stops no work
            print(text, end="", file=sys.stderr)  # noqa: T201 - the one way to stderr

    @contextmanager
    def busy(self, words: str) -> Iterator[None]:
        """Say what takes its time, while it does; only to a person who looks on."""
        watched = sys.stderr.isatty()
        if watched:
            print(f"{words} …", end="\r", file=sys.stderr, flush=True)  # noqa: T201 - the one way to stderr
        try:
            yield
        finally:
            if watched:
                print("\x1b[2K", end="", file=sys.stderr, flush=True)  # noqa: T201

    def open_on_desktop(self, path: Path) -> bool:
        """Show a file as a double click on it does; False where there is no desktop to show it on."""
        if sys.platform not in ("win32", "darwin") and not any(map(self._environ.get, _DESKTOP)):
            return False
        import webbrowser

        return webbrowser.open(path.resolve().as_uri())
