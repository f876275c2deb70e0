"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_PROTECTED = (b"%TSD-Header-###%", b"E-SafeNet", b"ESAFENET", b"TIPRAY", b"IP-guard", b"IPGUARD", b"CDGFile", b"LDENC")
"""Words that programs for document security leave in front of what they have encrypted."""
_BY_PROTECTION = "被单位的文档安全（加密）软件加了密，只有装了它的电脑打得开；请对方解密或走外发审批后再发"
_BEGINNING = 4096


def why_no_workbook(content: bytes) -> str:
    """Why `content` cannot be an .xlsx and what to do, empty where it may be one."""
    begin = content[:_BEGINNING]
    if begin.startswith(_OLE):
        if _wide("DRMEncryptedDataSpace") in content or _wide("DRMEncryptedTransform") in content:
            return f"{_BY_PROTECTION}（IRM 权限管理）"
        if _wide("EncryptedPackage") in content:
            return "加了密码，请去掉密码另存；请存成 .xlsx 再收"
        return "其实是旧格式 .xls；请存成 .xlsx 再收"
    if begin.startswith(_ZIP):
        return ""
    if any(mark in begin for mark in _PROTECTED):
        return _BY_PROTECTION
    return ""


def is_zip(begin: bytes) -> bool:
    return begin.startswith(_ZIP)


def is_ole(begin: bytes) -> bool:
    """An old document of Office or WPS, one with a password, or a mail of Outlook."""
    return begin.startswith(_OLE)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")
