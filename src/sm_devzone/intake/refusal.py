"""Why something that came in is not taken."""

from __future__ import annotations


class FileRefused(Exception):
    """A file that cannot be taken at all; the message says why, and what to do."""
