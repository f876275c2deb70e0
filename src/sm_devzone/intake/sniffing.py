"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from sm_devzone.intake.marked import mark_in

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_PROTECTED = (b"%TSD-Header-###%", b"E-SafeNet", b"ESAFENET", b"TIPRAY", b"IP-guard", b"IPGUARD", b"CDGFile", b"LDENC")
"""Words that programs for document security leave in front of what they have encrypted."""
_BY_PROTECTION = "被单位的文档安全（加密）软件加了密，只有装了它的电脑打得开；请对方解密或走外发审批后再发"
_BEGINNING = 4096
_EVEN = 250
"""Of 256 byte values, how many there are in the first bytes of what is encrypted through and through."""
_OTHERS = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BM",
    b"II*\0",
    b"MM\0*",
)
"""Pictures, PDF and archives."""
_DAMAGED = "文件损坏，或不是 .xlsx，请对方重新保存再发"


def why_no_workbook(content: bytes) -> str:
    """Why `content` cannot be an .xlsx and what to do, empty where it may be one."""
    begin = content[:_BEGINNING]
    if begin.startswith(_OLE):
        return _why_no_ole(content)
    if begin.startswith(_ZIP):
        mark = mark_in(content)
        return f"表里写着“{mark}”，涉密内容不能进这里，请按保密规定处理" if mark else ""
    if any(mark in begin for mark in _PROTECTED):
        return _BY_PROTECTION
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return "其实是网页或 XML，不是 .xlsx；请在发出的表里填，另存为 .xlsx 再收"
    is_even = len(begin) == _BEGINNING and len(set(begin)) > _EVEN and not begin.startswith(_OTHERS)
    return f"文件损坏，或不是 .xlsx；没有哪种文件是这样开头的，多半{_BY_PROTECTION}" if is_even else _DAMAGED


def _why_no_ole(content: bytes) -> str:
    if _wide("DRMEncryptedDataSpace") in content or _wide("DRMEncryptedTransform") in content:
        return f"{_BY_PROTECTION}（IRM 权限管理）"
    if _wide("EncryptedPackage") in content:
        return "加了密码，请去掉密码另存；请存成 .xlsx 再收"
    return "其实是旧格式 .xls；请存成 .xlsx 再收"


def is_zip(begin: bytes) -> bool:
    return begin.startswith(_ZIP)


def is_workbook(source: Path | BytesIO) -> bool:
    """Whether a zip archive is a workbook of the kind that .xlsx is."""
    try:
        with ZipFile(source) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - a damaged archive is no workbook, whatever is wrong with it
        return False
    return "[content_types].xml" in names and "xl/workbook.xml" in names


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")
