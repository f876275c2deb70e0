"""Forms as other programs and hands leave them: what a person sees is recorded, or the cell is refused by name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.conftest import Devzone
from tests.forms import PLAN, sent
from tests.intake.test_hostile_files import SHEET, parts, typed, zipped

STYLES, BOOK, HELP = "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet2.xml"
RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def changed(form: Path, **changes: Callable[[str], str]) -> Path:
    """Change parts of the workbook: sheet, styles, book, help."""
    names = {"sheet": SHEET, "styles": STYLES, "book": BOOK, "help": HELP}
    files = parts(form.read_bytes())
    for what, change in changes.items():
        before = files[names[what]].decode()
        files[names[what]] = change(before).encode()
        assert files[names[what]].decode() != before, what
    form.write_bytes(zipped(files))
    return form


def put(form: Path, ref: str, inner: str, format_: str | int | None = None, attributes: str = "") -> Path:
    """Write a cell as a program keeps it, shown under a format of its own: a code, or the number of a built-in one."""
    style = ""
    if format_ is not None:
        styles = parts(form.read_bytes())[STYLES].decode()
        count = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])  # type: ignore[index]
        number, code = (format_, "") if isinstance(format_, int) else (900, format_.replace('"', "&quot;"))

        def look(xml: str) -> str:
            if code:
                xml = re.sub(
                    r"<numFmts[^>]*>", lambda found: f'{found[0]}<numFmt numFmtId="900" formatCode="{code}"/>', xml
                )
            return xml.replace("</cellXfs>", f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/></cellXfs>')

        changed(form, styles=look)
        style = f' s="{count}"'
    cell = f'<c r="{ref}"{style}{attributes}>{inner}</c>'
    pattern = re.compile(rf'<c r="{ref}"(?:[^>]*/>|[^>]*>.*?</c>)')
    return changed(form, sheet=lambda xml: pattern.sub(lambda _: cell, xml, count=1))


def with_parts(form: Path, **more: str) -> Path:
    files = parts(form.read_bytes()) | {name: content.encode() for name, content in more.items()}
    form.write_bytes(zipped(files))
    return form


def form_with(devzone: Devzone, **cells: str) -> Path:
    return typed(sent(devzone), **{"I4": "推进中", "L4": "好", **cells})


def collected(devzone: Devzone, path: Path | str) -> tuple[dict[str, Any], str]:
    """The one entry that was recorded, and what was said."""
    ran = devzone.ok("collect", path, "--yes")
    (entry,) = devzone.ok("history", "--json").json["entries"]
    return entry, ran.err


def refused(devzone: Devzone, path: Path | str) -> str:
    ran = devzone("collect", path, "--yes")
    assert (ran.code, ran.out) == (5, ""), ran
    assert devzone.ok("history").out == ""
    return ran.err


# Numbers, days, percentages


@pytest.mark.parametrize(
    ("ref", "value", "format_", "name", "kept"),
    [
        ("L4", "46346", 31, "note", "2026-11-20"),
        ("L4", "46346", 14, "note", "2026-11-20"),
        ("L4", "46346", 27, "note", "2026年11月"),
        ("L4", "46346", 58, "note", "11月20日"),
        ("L4", "46346", 'yyyy"年"m"月"d"日" aaaa', "note", "2026年11月20日 星期五"),
        ("L4", "0.40625", 20, "note", "9:45"),
        ("L4", "1.5", "[h]:mm", "note", "36:00"),
        ("L4", "12", "0_%", "note", "12"),
        ("L4", "12", '0"家"', "note", "12家"),
        ("L4", "12.50", "0.00", "note", "12.50"),
        ("L4", "1234.5", "#,##0.00", "note", "1,234.50"),
        ("S4", "5981234567", "00000000000", "phone", "05981234567"),
        ("S4", "13800138000", 0, "phone", "13800138000"),
        ("S4", "1.3800138E10", 1, "phone", "13800138000"),
        ("J4", "56.99999999999999", 0, "progress", 57),
        ("J4", "0.56999999999999995", 9, "progress", 57),
        ("J4", "0.574", 9, "progress", 57),
        ("J4", "57", '0"%"', "progress", 57),
        ("J4", "57", "0_%", "progress", 57),
        ("J4", "80.2", "0", "progress", 80),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows(
    devzone: Devzone, ref: str, value: str, format_: str | int, name: str, kept: object
) -> None:
    entry, _ = collected(devzone, put(form_with(devzone), ref, f"<v>{value}</v>", format_))
    assert entry[name] == kept


@pytest.mark.parametrize(
    ("ref", "value", "format_", "said"),
    [
        ("J4", "57", 9, "J4：退回：进度“5700%”不是 0 到 100 的整数"),
        ("J4", "0.8", 1, "J4：退回：进度 0.8 看不出是 0.8% 还是 80%"),
        ("J4", "0.575", 10, "J4：退回：进度“57.50%”不是"),
        ("S4", "13800138000", 11, "S4：退回：存的是 13800138000，格式“0.00E+00”显示成科学计数，请把格式改成“文本”"),
        ("S4", "350402199001011234", 0, "S4：退回：存的是 3.50402199001011e+17，格式“General”位数太多"),
        ("L4", "3", ";;;", "L4：退回：存的是 3，格式“;;;”不显示内容"),
        ("L4", "46346", "[DBNum1]yyyy", "L4：退回：存的是 46346，格式“[DBNum1]yyyy”有 [DBNum1]"),
        ("L4", "46346", 5, "L4：退回：存的是 46346，文件没有说按什么格式显示"),
        ("L4", "1.0", 12, "L4：退回：存的是 1，格式“# ?/?”显示成分数"),
        ("L4", "x", 0, "L4：退回：“x”不是数"),
    ],
)  # fmt: skip
def test_what_is_not_seen_for_certain_is_told(
    devzone: Devzone, ref: str, value: str, format_: str | int, said: str
) -> None:
    assert said in refused(devzone, put(form_with(devzone), ref, f"<v>{value}</v>", format_))


@pytest.mark.parametrize(
    ("value", "format_", "from_1904", "kept"),
    [
        ("46346", 0, "", "2026-11-20"),
        ("44884", 0, ' date1904="1"', "2026-11-20"),
        ("44884", "yyyy-mm-dd", ' date1904="true"', "2026-11-20"),
        ("46346", 0, ' date1904="0"', "2026-11-20"),
        ("20261120", 0, "", "2026-11-20"),
        ("20261120", "yyyy-mm-dd", "", "2026-11-20"),
        ("20261120", 31, ' date1904="1"', "2026-11-20"),
        ("46346.75", 22, "", "2026-11-20"),
        ("46346", 58, "", "2026-11-20"),
        ("2026-11-20T00:00:00", 14, "", "2026-11-20"),
    ],
)  # fmt: skip
def test_a_day_is_counted_as_the_workbook_counts(
    devzone: Devzone, value: str, format_: str | int, from_1904: str, kept: str
) -> None:
    form = form_with(devzone, I4="已完成")
    is_text = "T" in value
    put(form, "K4", f"<v>{value}</v>", format_, ' t="d"' if is_text else "")
    if from_1904:
        changed(form, book=lambda xml: re.sub(r"<workbookPr", f"<workbookPr{from_1904}", xml))
    entry, _ = collected(devzone, form)
    assert (entry["kind"], entry["happened_on"]) == ("submit", kept)


@pytest.mark.parametrize(
    ("value", "format_", "said"),
    [
        ("46346", 27, "“2026年11月”不是日期"),
        ("99999999", "yyyy-mm-dd", "K4：退回：存的是 99999999，格式“yyyy-mm-dd”不是日期能有的数，显示成 ####"),
        ("2026.11", 0, "“2026.11”不是日期"),
        ("46346", 15, "K4：退回：存的是 46346，格式“d-mmm-yy”"),
    ],
)
def test_what_is_no_day_is_told(devzone: Devzone, value: str, format_: str | int, said: str) -> None:
    assert said in refused(devzone, put(form_with(devzone, I4="已完成"), "K4", f"<v>{value}</v>", format_))


# Words


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("文件名_x005F_x000D_末", "文件名_x000D_末"),
        ("一_x000D_\n二", "一\n二"),
        ("一_x000a_二", "一\n二"),
        ("报告_x2024_1.pdf", "报告_x2024_1.pdf"),
        ("_x005f_", "_"),
        ("_X000D_", "_X000D_"),
    ],
)
@pytest.mark.parametrize("where", ["shared", "inline", "formula"])
def test_escapes_are_undone_as_they_were_made(devzone: Devzone, kept: str, shown: str, where: str) -> None:
    form = form_with(devzone)
    if where == "shared":
        files = parts(form.read_bytes())
        words = files["xl/sharedStrings.xml"].decode()
        number = words.count("<si>")
        with_parts(form, **{"xl/sharedStrings.xml": words.replace("</sst>", f"<si><t>{kept}</t></si></sst>")})
        put(form, "L4", f"<v>{number}</v>", attributes=' t="s"')
    elif where == "inline":
        put(form, "L4", f"<is><t>{kept}</t></is>", attributes=' t="inlineStr"')
    else:
        put(form, "L4", f"<v>{kept}</v>", attributes=' t="str"')
    assert collected(devzone, form)[0]["note"] == shown


RICH = (
    '<is><r><t>碰头</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 三次</t></r>'
    '<rPh sb="0" eb="2"><t>pengtou</t></rPh></is>'
)
STRUCK = "<is><r><t>碰头</t></r><r><rPr><strike/></rPr><t>三次</t></r></is>"


def test_words_in_pieces_without_how_they_are_pronounced(devzone: Devzone) -> None:
    assert (
        collected(devzone, put(form_with(devzone), "L4", RICH, attributes=' t="inlineStr"'))[0]["note"] == "碰头 三次"
    )


def test_words_that_are_struck_out(devzone: Devzone) -> None:
    form = put(form_with(devzone), "L4", STRUCK, attributes=' t="inlineStr"')
    assert "L4：退回：有划掉的字，看不出算不算" in refused(devzone, form)


def test_words_under_a_format(devzone: Devzone) -> None:
    form = put(form_with(devzone), "L4", "<is><t>三</t></is>", '@"家"', ' t="inlineStr"')
    assert collected(devzone, form)[0]["note"] == "三家"
    devzone.begin_anew()
    form = put(form_with(devzone), "M4", "<is><t>缺人</t></is>", ";;;", ' t="inlineStr"')
    assert "M4：退回：存的是“缺人”，格式“;;;”不显示文字" in refused(devzone, form)


@pytest.mark.parametrize("blank", ["\u200b", "\u3000", "\ufeff\u2060", "\u3164", " "])
def test_what_nobody_sees_is_no_answer(devzone: Devzone, blank: str) -> None:
    form = form_with(devzone, L5=blank, M5=blank)
    row = f'<row r="9"><c r="L9" t="inlineStr"><is><t xml:space="preserve">{blank}</t></is></c></row></sheetData>'
    changed(form, sheet=lambda xml: xml.replace("</sheetData>", row))
    entry, said = collected(devzone, form)
    assert (entry["milestone"], "L9" in said) == ("", False)


@pytest.mark.parametrize("none", ["/", "—", "无", "暂无。", "\u200b"])
def test_no_problem_is_none(devzone: Devzone, none: str) -> None:
    form = form_with(devzone, M4=none)
    assert collected(devzone, form)[0]["problem"] is None
    assert devzone.ok("collect", form, "--yes").out == ""


# Pictures, boxes, remarks, merges


@pytest.mark.parametrize(
    ("inner", "attributes"),
    [
        ('<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', ' t="str"'),
        ('<f>DISPIMG("ID_1",1)</f><v>#NAME?</v>', ' t="e"'),
        ('<is><t>=DISPIMG("ID_1",1)</t></is>', ' t="inlineStr"'),
        ("<v>#VALUE!</v>", ' t="e" vm="1"'),
        ('<f>_xlfn.IMAGE("https://a/b.png")</f><v>0</v>', ""),
    ],
)
def test_a_picture_in_a_cell_is_refused_as_one(devzone: Devzone, inner: str, attributes: str) -> None:
    said = refused(devzone, put(form_with(devzone), "O4", inner, attributes=attributes))
    assert "O4：退回：是放在格子里的图片，登记不了；请写图片的文件名，图片和本表一起发回" in said


def anchored(what: str, kind: str = "twoCellAnchor") -> str:
    corner = "<x:from><x:col>14</x:col><x:row>3</x:row></x:from>" if kind != "absoluteAnchor" else ""
    spaces = 'xmlns:x="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="a" xmlns:m="m"'
    return f"<?xml version='1.0'?><x:wsDr {spaces}><x:{kind}>{corner}{what}</x:{kind}></x:wsDr>"


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        (anchored("<x:pic><x:blipFill><a:blip/></x:blipFill></x:pic>"), "O4：提示：这里有图片，没有登记"),
        (anchored("<x:pic/>", "absoluteAnchor"), "表上：提示：这里有图片，没有登记"),
        (anchored("<x:grpSp><x:pic/></x:grpSp>", "oneCellAnchor"), "O4：提示：这里有图片"),
        (
            anchored("<x:sp><x:txBody><a:p><a:r><a:t>见附页</a:t></a:r></a:p></x:txBody></x:sp>"),
            "O4：提示：这里有文本框，没有登记；请把话写在格子里：“见附页”",
        ),
        (
            anchored("<m:AlternateContent><m:Choice><x:contentPart/></m:Choice></m:AlternateContent>"),
            "O4：提示：这里有画上去的图形",
        ),
        (anchored("<x:graphicFrame/>"), "O4：提示：这里有画上去的图形或图表"),
        ("broken", "表上：提示：有画上去的东西，读不出来"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("spelled", ["as usual", "odd"])
def test_what_lies_over_the_cells_is_told(devzone: Devzone, drawing: str, said: str, spelled: str) -> None:
    form = form_with(devzone)
    target, relations = "../drawings/drawing1.xml", RELATIONS
    if spelled == "odd":
        target, relations = "..\\Drawings\\Drawing1.XML", RELATIONS.replace("/", "\\")
    relation = f"<R:Relationship Id='a' Type='{TYPE}/drawing' Target='{target}' />"
    named = f"<R:Relationships xmlns:R='r'>{relation}</R:Relationships>"
    with_parts(form, **{relations: named, "xl/drawings/drawing1.xml": drawing})
    entry, told = collected(devzone, form)
    assert entry["note"] == "好"
    assert said in told


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("comments", "批注：提示：没有登记"),
        ("threadedComment", "批注：提示：没有登记"),
        ("oleObject", "嵌入的文件：提示：没有登记"),
        ("package", "嵌入的文件：提示：没有登记"),
        ("image", "工作表背景：提示：是图片"),
    ],
)
def test_remarks_and_files_are_told(devzone: Devzone, kind: str, said: str) -> None:
    named = f'<Relationships><Relationship Id="a" Type="{TYPE}/{kind}" Target="../x"/></Relationships>'
    assert said in collected(devzone, with_parts(form_with(devzone), **{RELATIONS: named}))[1]


MERGED = '<mergeCells><mergeCell ref="L4:L5"/></mergeCells>'


@pytest.mark.parametrize(
    "spelled",
    [
        MERGED,
        MERGED.replace('"', "'"),
        MERGED.replace("ref=", "\n ref \t= "),
        MERGED.replace("L4:L5", "$L$4:$L$5"),
        MERGED.replace("L4:L5", "L5:L4"),
        f'<s:mergeCells xmlns:s="{MAIN}"><s:mergeCell ref="L4:L5"/></s:mergeCells>',
        '<mergeCells><mergeCell other="x>y" ref="l4:l5"></mergeCell></mergeCells>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_merged_cells_are_refused_however_they_are_spelled(devzone: Devzone, spelled: str, encoding: str) -> None:
    form = changed(form_with(devzone, L5="好"), sheet=lambda xml: xml.replace("</sheetData>", f"</sheetData>{spelled}"))
    if encoding != "utf-8":
        files = parts(form.read_bytes())
        files[SHEET] = files[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")
        form.write_bytes(zipped(files))
    said = refused(devzone, form)
    for cell in ("L4", "L5"):
        assert f"{cell}：退回：在合并单元格 L4:L5 里，请取消合并，逐行填写" in said


# Words beside the table


def words(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def instead(ref: str, text: str) -> Callable[[str], str]:
    return lambda xml: re.sub(rf'<c r="{ref}".*?</c>', words(ref, text), xml, count=1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sheet": instead("A2", "请看附页")}, "A2：提示：写在表头上面，没有登记"),
        ({"sheet": instead("A1", "市乙局回复")}, "A1：提示：写在表头上面"),
        ({"sheet": instead("A5", "见 4")}, "A5：提示：序号被改过，这一列不登记"),
        ({"sheet": instead("E6", "不归我们")}, "E6：提示：角色被改过，这一列不登记"),
        (
            {"sheet": lambda xml: xml.replace('</row><row r="4"', words("U3", "备注") + '</row><row r="4"')},
            "U 列：提示：是多出来的列",
        ),
        (
            {"help": lambda xml: xml.replace("</sheetData>", f'<row r="20">{words("A20", "意见")}</row></sheetData>')},
            "工作表“填写说明” A20：提示：写在说明页上，没有登记",
        ),
        (
            {"sheet": lambda xml: re.sub(r"<oddFooter>.*?</oddFooter>", "<oddFooter>&amp;C局长已阅</oddFooter>", xml)},
            "页眉页脚：提示：写了字",
        ),
    ],
)  # fmt: skip
def test_words_beside_the_answers_are_told(
    devzone: Devzone, change: dict[str, Callable[[str], str]], said: str
) -> None:
    assert said in collected(devzone, changed(form_with(devzone), **change))[1]


def test_sheets_may_be_renamed(devzone: Devzone) -> None:
    names = {'"填报表"': '"表1"', '"填写说明"': '"表2"', '"devzone"': '"表3"'}

    def renamed(xml: str) -> str:
        for old, new in names.items():
            xml = xml.replace(f"name={old}", f"name={new}")
        return xml

    _, said = collected(devzone, changed(form_with(devzone), book=renamed))
    assert "提示" not in said


# What says nothing of answers


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files | {STYLES: files[STYLES].replace(b"</fills>", b"<fill/></fills>")},
        lambda files: {name: content for name, content in files.items() if "theme" not in name},
        lambda files: files | {"xl/theme/theme1.xml": b"broken"},
        lambda files: files | {"docProps/core.xml": b"<broken", "docProps/app.xml": b""},
        lambda files: {name.replace("/", "\\"): content for name, content in files.items()},
        lambda files: {name.upper() if name.startswith("xl/w") else name: content for name, content in files.items()},
        lambda files: files | {SHEET: files[SHEET].replace(b"<sheetViews>", b"<sheetViews><sheetView/>")},
        lambda files: files | {SHEET: files[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")},
        lambda files: files | {SHEET: re.sub(rb"<dataValidation .*?</dataValidation>", b"<x/>", files[SHEET])},
        lambda files: files | {SHEET: re.sub(rb'<row r="\d+"', b"<row", files[SHEET])},
        lambda files: files | {STYLES: re.sub(rb"<dxfs.*?/>", b'<dxfs count="x"/>', files[STYLES])},
    ],
)  # fmt: skip
def test_what_says_nothing_of_answers_keeps_none_out(
    devzone: Devzone, change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    form = form_with(devzone)
    form.write_bytes(zipped(change(parts(form.read_bytes()))))
    entry, said = collected(devzone, form)
    assert (entry["note"], "提示" in said) == ("好", False)


def test_looks_that_cannot_be_read_leave_words_as_they_are(devzone: Devzone) -> None:
    form = with_parts(form_with(devzone), **{STYLES: "<broken"})
    entry, said = collected(devzone, form)
    assert (entry["note"], "提示" in said) == ("好", False)
    devzone.begin_anew()
    form = with_parts(put(form_with(devzone), "J4", "<v>80</v>"), **{STYLES: "<broken"})
    assert "J4：退回：存的是 80，文件没有说按什么格式显示" in refused(devzone, form)


# Names and mail boxes


@pytest.mark.parametrize(
    "name", ["表.xlsx", "表.xltx", "表.XLSX", "表.xlsx.1", "表.xlsx.download", "表.dat", "表", "表.xls", "表(1).xlsx"]
)
def test_a_form_is_known_by_what_it_is(devzone: Devzone, name: str) -> None:
    form_with(devzone).rename(name)
    assert collected(devzone, name)[0]["source"] == f"{name} 第 4 行"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("信.msg", OLE, "是 Outlook 邮件 .msg，打不开；请把附件另存出来再收"),
        ("表.ett", OLE, "是 WPS 格式 .ett"),
        ("表.xlsx.1", b"half a file", "文件损坏，或不是 .xlsx"),
        ("表.xlsx", b"%TSD-Header-###%" + bytes(range(256)) * 20, "被单位的文档安全（加密）软件加了密"),
        ("表.xlsx", b"\x14#e\0E-SafeNet\0LOCK" + b"x" * 5000, "被单位的文档安全（加密）软件加了密"),
        ("表.xlsx", Random(1).randbytes(5000), "多半被单位的文档安全（加密）软件加了密"),
        ("表.xlsx", OLE + "DRMEncryptedDataSpace".encode("utf-16-le"), "IRM 权限管理"),
        ("表.xlsx", b"<html><table>", "其实是网页或 XML"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["named", "folder", "zip", "eml"])
def test_what_cannot_be_read_is_refused_wherever_it_lies(
    devzone: Devzone, name: str, content: bytes, said: str, where: str
) -> None:
    devzone.plan(PLAN)
    Path("in").mkdir()
    path = Path("in") / name
    if where in ("named", "folder"):
        path.write_bytes(content)
    elif where == "zip":
        (Path("in") / "回复.zip").write_bytes(zipped({name: content}))
    else:
        (Path("in") / "回复.eml").write_bytes(_mail({name: content}))
    ran = devzone("collect", path if where == "named" else "in", "--yes")
    assert (ran.code, ran.out) == (5, "")
    assert f"{name}：退回：" in ran.err
    assert said in ran.err


def _mail(attached: dict[str, bytes]) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["Subject"], mail["From"] = "回复", "a@b.cn"
    mail.set_content("您好，见附件。")
    mail.add_alternative("<p>您好</p>", subtype="html")
    for name, content in attached.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def test_forms_in_a_saved_mail(devzone: Devzone) -> None:
    form = form_with(devzone)
    Path("回复.eml").write_bytes(_mail({"乙局 表.xlsx": form.read_bytes(), "批复.pdf": b"%PDF"}))
    entry, said = collected(devzone, "回复.eml")
    assert entry["source"] == "回复.eml/乙局 表.xlsx 第 4 行"
    assert "批复.pdf：提示：不是 .xlsx，没有读" in said
    Path("空.eml").write_bytes(_mail({}))
    assert "空.eml：退回：是一封邮件，里面没有填报表" in devzone("collect", "空.eml", "--yes").err
    Path("包.eml").write_bytes(_mail({"表.zip": zipped({"乙局.xlsx": form.read_bytes()})}))
    assert devzone.ok("collect", "包.eml", "--yes").out == ""
    Path("裹.eml").write_bytes(_mail({"winmail.dat": b"x"}))
    assert "winmail.dat，打不开" in devzone("collect", "裹.eml", "--yes").err


def raw_names(names: dict[bytes, bytes]) -> bytes:
    """A zip whose names are the given bytes, without a word on how they are written."""
    stand_ins = {f"{number:03}".ljust(len(name), "q").encode(): name for number, name in enumerate(names)}
    made = zipped({stand.decode(): names[name] for stand, name in stand_ins.items()})
    for stand, name in stand_ins.items():
        made = made.replace(stand, name)
    return made


def test_an_archive_with_names_of_all_sorts(devzone: Devzone) -> None:
    form = form_with(devzone).read_bytes()
    names = [
        "县\\一.xlsx".encode("gb18030"),
        "二.xlsx".encode(),
        "小.xlsx".encode("gb18030"),
        "回复/联通.xlsx".encode("gb18030"),
    ]
    junk = ["~$一.xlsx", "__MACOSX/._一.xlsx", "县\\Thumbs.db", ".DS_Store", "县\\desktop.ini", "__MACOSX\\县\\表.xlsx"]
    Path("混.zip").write_bytes(raw_names(dict.fromkeys(names, form) | {name.encode(): b"x" for name in junk}))
    ran = devzone.ok("collect", "混.zip", "--yes")
    assert "退回" not in ran.err
    assert "提示" not in ran.err
    assert devzone.ok("history", "--json").json["entries"][0]["source"] == "混.zip/二.xlsx 第 4 行"
    from sm_devzone.intake.mail import attachments

    found = {attachment.name for attachment in attachments([Path("混.zip")])}
    assert found == {f"混.zip/{name}.xlsx" for name in ("县/一", "二", "小", "回复/联通")}


def test_a_name_in_the_field_for_unicode(devzone: Devzone) -> None:
    from struct import pack
    from zlib import crc32

    form = form_with(devzone)
    info = zipfile.ZipInfo("a.xlsx")
    name = "𠮷野.xlsx".encode()
    info.extra = pack("<HHBL", 0x7075, 5 + len(name), 1, crc32(b"a.xlsx")) + name
    with zipfile.ZipFile("名.zip", "w") as archive:
        archive.writestr(info, form.read_bytes())
    assert collected(devzone, "名.zip")[0]["source"] == "名.zip/𠮷野.xlsx 第 4 行"


def test_junk_is_passed_over_also_where_a_pattern_names_it(devzone: Devzone) -> None:
    form_with(devzone).rename("表.xlsx")
    Path("~$表.xlsx").write_bytes(b"x")
    Path("Thumbs.db").write_bytes(b"x")
    ran = devzone.ok("collect", "~$表.xlsx", "Thumbs.db", "表.xlsx", "--yes")
    assert "退回" not in ran.err
    assert "提示" not in ran.err
