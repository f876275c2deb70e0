"""How large a file from outside may be, and how large when it is unpacked: the one place for both.

Beyond these nothing is what it says it is, or somebody wants the machine to choke on it.
"""

from __future__ import annotations

MAX_BYTES = 50_000_000
"""The largest file that is opened; a filled-in form has some ten thousand bytes, a long policy a million."""
MAX_ARCHIVE_BYTES = 1_000_000_000
MAX_MAIL_BYTES = 200_000_000
"""A mail carries its workbooks a third longer than they are."""
MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 60_000_000
"""The unpacked size, in bytes, of a workbook or of the parts of a Word file that are read."""
MAX_WORDS_BYTES = 20_000_000
"""The same of the part of a workbook that holds the words of all cells, which is read at once."""
MAX_ROWS = 1_048_576
"""Those of a sheet."""
MAX_CELLS = 5_000_000
"""Cells of a sheet that are looked at, empty ones between others too: a form of ten thousand rows has 180,000."""
MAX_PAGES = 5_000
MAX_TEXT = 5_000_000
"""Characters of a policy text; a thousand pages have one million."""
