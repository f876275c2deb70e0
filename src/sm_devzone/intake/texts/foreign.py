"""Files that hold a text in a form that is not read: which they are, and what to do with them."""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from sm_devzone.errors import CannotRead

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SAVE = "请用 Word 或 WPS 打开，另存为 .docx"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


def refuse(content: bytes) -> None:
    """Raises CannotRead for a file of a kind that is known and not read."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise CannotRead("文件加了密码", "请去掉密码，另存为 .docx")
        raise CannotRead("是旧格式 .doc 或 .wps，读不了", _SAVE)
    if content.startswith(b"{\\rtf"):
        raise CannotRead("是 .rtf 文件，读不了", _SAVE)
    if content.startswith(_PICTURES) and not content[:64].isascii():
        raise CannotRead("是图片，里面没有文字", "请找文字版，或先做文字识别再另存为 .docx")
    if content.startswith(b"PK\x03\x04"):
        try:
            with ZipFile(BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise CannotRead("文件损坏，打不开", _SAVE) from error
        if "word/document.xml" in names:
            return
        if any(name.lower().endswith("ofd.xml") for name in names):
            raise CannotRead("是版式文件 .ofd，读不了", "请找 .docx 或有文字的 PDF")
        if "xl/workbook.xml" in names:
            raise CannotRead("是表格文件 .xlsx，读不了", "请把任务表复制到 Word，另存为 .docx")
        raise CannotRead("是压缩包或别的打包文件，读不了", "请先解压，再读里面的政策文件")
