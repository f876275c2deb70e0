"""Makes the Word templates of templates/ with the layout of GB/T 9704-2012. Run by `make templates`.

The parts are written as they stand in the file, so that the same text makes the same file. An office that wants another
look copies a template (`devzone template copy`) and edits it in Word; it never needs this.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1] / "templates"

BODY, HEADING, SUBHEADING, TITLE, NUMBER = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
SIZES = {"初号": 84, "小初": 72, "一号": 52, "二号": 44, "三号": 32, "四号": 28, "小四": 24, "五号": 21}
"""Chinese type sizes in half points."""

MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""

LINE_PITCH = 579
"""28.95 pt: 22 lines on a page (GB/T 9704-2012, 5.2.3)."""
CLOSER = -5
"""Twentieths of a point by which 28 characters of 16 pt fit on a line (5.2.3). A character grid would say the same, but
LibreOffice sets each character on the next cell of it that is free."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RED = "E60012"


def fonts(east: str, latin: str = LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}" w:hint="eastAsia"/>'


def run(text: str, east: str = BODY, size: str = "三号", *, bold: bool = False, colour: str = "") -> str:
    """Text in a font and size of its own; a line end in it is one."""
    half = SIZES[size]
    look = fonts(east, NUMBER if east == NUMBER else LATIN)
    look += "<w:b/>" if bold else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{look}</w:rPr>{words}</w:r>"


def paragraph(style: str, *runs: str, look: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{look}</w:pPr>{"".join(runs)}</w:p>'


def body(text: str, look: str = "") -> str:
    return paragraph("Body", run(text), look=look)


def heading(text: str) -> str:
    return paragraph("Heading1", run(text, HEADING))


def subheading(text: str) -> str:
    return paragraph("Heading2", run(text, SUBHEADING))


def tag(text: str) -> str:
    """A paragraph that steers: it is not in what comes out."""
    return paragraph("Tag", run(f"{{%p {text} %}}", size="五号", colour="808080"))


def row(cells: list[str], widths: list[int], *, head: bool = False, height: int = 0) -> str:
    rules = "<w:cantSplit/>" + (f'<w:trHeight w:val="{height}"/>' if height else "")
    rules += "<w:tblHeader/>" if head else ""
    filled = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{rules}</w:trPr>{filled}</w:tr>"


def across(cell: str, widths: list[int]) -> str:
    """A row that is one cell."""
    span = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/><w:vAlign w:val="center"/>'
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr>{span}</w:tcPr>{cell}</w:tc></w:tr>"


def row_tag(text: str, widths: list[int]) -> str:
    """A row that steers."""
    first = paragraph("TableText", run(f"{{%tr {text} %}}", size="五号", colour="808080"))
    cells = [first, *[paragraph("TableText")] * (len(widths) - 1)]
    return row(cells, widths)


def table(rows: list[str], widths: list[int], borders: str = "all", side: int = 40) -> str:
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    edges = {
        "all": ("top", "left", "bottom", "right", "insideH", "insideV"),
        "rules": ("top", "bottom", "insideH"),
    }[borders]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{''.join(f'<w:{edge} {line}/>' for edge in edges)}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{side}" w:type="dxa"/>'
        f'<w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def millimetres(*lengths: float) -> list[int]:
    return [round(length * MM) for length in lengths]


def section(*, landscape: bool = False, last: bool = False, footers: bool = True) -> str:
    """A4 with the margins of GB/T 9704-2012, 5.2.1; turned, its top is on the binding side."""
    long, short = millimetres(297, 210)
    if landscape:
        size = f'<w:pgSz w:w="{long}" w:h="{short}" w:orient="landscape"/>'
        top, right, bottom, left, foot = millimetres(28, 37, 26, 35, 14)
    else:
        size = f'<w:pgSz w:w="{short}" w:h="{long}"/>'
        top, right, bottom, left, foot = millimetres(37, 26, 35, 28, 22)
    refs = '<w:footerReference w:type="default" r:id="rId10"/><w:footerReference w:type="even" r:id="rId11"/>'
    grid = f'<w:docGrid w:linePitch="{LINE_PITCH}"/>'
    properties = (
        f'<w:sectPr>{refs if footers else ""}<w:type w:val="nextPage"/>{size}'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" w:footer="{foot}"'
        f' w:gutter="0"/><w:cols w:space="425"/>{grid}</w:sectPr>'
    )
    if last:
        return properties
    return f'<w:p><w:pPr><w:pStyle w:val="Break"/>{properties}</w:pPr></w:p>'


def footer(side: str) -> str:
    """— 1 —, one character in from the outer edge (GB/T 9704-2012, 7.5)."""
    indent = {"right": 'w:rightChars="100" w:right="280"', "left": 'w:leftChars="100" w:left="280"'}[side]

    def field(kind: str) -> str:
        return f'<w:r><w:rPr>{look}</w:rPr><w:fldChar w:fldCharType="{kind}"/></w:r>'

    look = fonts(NUMBER, NUMBER) + f'<w:sz w:val="{SIZES["四号"]}"/><w:szCs w:val="{SIZES["四号"]}"/>'
    code = f'<w:r><w:rPr>{look}</w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    number = (
        run("— ", NUMBER, "四号")
        + field("begin")
        + code
        + field("separate")
        + run("1", NUMBER, "四号")
        + field("end")
        + run(" —", NUMBER, "四号")
    )
    text = paragraph("Footer", number, look=f'<w:ind {indent}/><w:jc w:val="{side}"/>')
    return f'{HEAD}<w:ftr xmlns:w="{W}" xmlns:r="{R}">{text}</w:ftr>'


def style(name: str, shown: str, look: str, letters: str, *, based: str = "Normal", after: str = "") -> str:
    following = f'<w:next w:val="{after}"/>' if after else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="{based}"/>'
        f"{following}<w:qFormat/><w:pPr>{look}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def default(kind: str, name: str, rest: str) -> str:
    return (
        f'<w:style w:type="{kind}" w:default="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f"{rest}</w:style>"
    )


def letters(east: str, size: str) -> str:
    closer = f'<w:spacing w:val="{CLOSER}"/>' if size == "三号" else ""
    return f'{fonts(east)}{closer}<w:sz w:val="{SIZES[size]}"/><w:szCs w:val="{SIZES[size]}"/>'


def styles() -> str:
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{LINE_PITCH}" w:lineRule="exact"/>'
    title = '<w:spacing w:before="0" w:after="0" w:line="700" w:lineRule="exact"/>'
    loose = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    keep = "<w:keepNext/>"
    free = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
    band = '<w:spacing w:before="0" w:after="0" w:line="560" w:lineRule="exact"/>'
    cut = '<w:pBdr><w:top w:val="dashed" w:sz="6" w:space="6" w:color="808080"/></w:pBdr>'
    cut += '<w:spacing w:before="200" w:after="60"/>'
    cell = '<w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/>'
    defaults = f"<w:rPrDefault><w:rPr>{letters(BODY, '三号')}{language}</w:rPr></w:rPrDefault><w:pPrDefault/>"
    normal = f'<w:pPr>{exact}<w:jc w:val="both"/></w:pPr><w:rPr>{letters(BODY, "三号")}</w:rPr>'
    margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    grid = f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    parts = [
        f"<w:docDefaults>{defaults}</w:docDefaults>",
        default("paragraph", "Normal", f"<w:qFormat/>{normal}"),
        default("character", "Default Paragraph Font", ""),
        default("table", "Normal Table", grid),
        style("Body", "公文正文", indent, letters(BODY, "三号")),
        style(
            "Heading1", "heading 1", f'{keep}{indent}<w:outlineLvl w:val="0"/>', letters(HEADING, "三号"), after="Body"
        ),
        style(
            "Heading2",
            "heading 2",
            f'{keep}{indent}<w:outlineLvl w:val="1"/>',
            letters(SUBHEADING, "三号"),
            after="Body",
        ),
        style("Title", "Title", f'{keep}{title}<w:jc w:val="center"/>', letters(TITLE, "二号"), after="Body"),
        style("Masthead", "报头", f'{free}{loose}<w:jc w:val="center"/>', letters(TITLE, "小初"), after="Body"),
        style("Centred", "居中", '<w:jc w:val="center"/>', letters(BODY, "三号")),
        style("Signature", "落款", '<w:keepLines/><w:ind w:left="4420"/><w:jc w:val="center"/>', letters(BODY, "三号")),
        style("Annex", "附件标识", "", letters(HEADING, "三号")),
        style("Imprint", "版记", '<w:ind w:leftChars="100" w:left="280"/>', letters(BODY, "四号")),
        style("TableText", "表格文字", f'{free}{cell}<w:jc w:val="left"/>', letters(BODY, "五号")),
        style("TableHead", "表格标题", f'{free}{cell}<w:jc w:val="center"/>', letters(HEADING, "五号")),
        style("FormText", "单子文字", f'{free}<w:spacing w:before="40" w:after="40" w:line="420" w:lineRule="exact"/>'
              '<w:jc w:val="left"/>', letters(BODY, "四号")),
        style("Band", "色带", f'{free}{band}<w:jc w:val="center"/>', letters(HEADING, "三号")),
        style("Cut", "回执线", f'{keep}{cut}<w:jc w:val="center"/>', letters(SUBHEADING, "四号")),
        style("Footer", "footer", f"{free}{loose}", letters(NUMBER, "四号")),
        style("Tag", "模板标签", f"{free}{loose}", letters(BODY, "五号")),
        style("Break", "分节", f'{free}<w:spacing w:line="20" w:lineRule="exact"/>', letters(BODY, "五号")),
    ]  # fmt: skip
    return f'{HEAD}<w:styles xmlns:w="{W}">{"".join(parts)}</w:styles>'


def font_table() -> str:
    """What a machine without the fonts of the standard takes instead."""
    instead = {BODY: "仿宋", SUBHEADING: "楷体", TITLE: "方正小标宋_GBK", HEADING: "SimHei", NUMBER: "SimSun"}
    east = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="default"/></w:font>'
        for name, other in instead.items()
    )
    latin = (
        f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    )
    return f'{HEAD}<w:fonts xmlns:w="{W}">{latin}{east}</w:fonts>'


def package(content: str) -> bytes:
    """A .docx file with the body `content`."""
    kinds = {
        "word/document.xml": "document.main",
        "word/styles.xml": "styles",
        "word/settings.xml": "settings",
        "word/fontTable.xml": "fontTable",
        "word/footer1.xml": "footer",
        "word/footer2.xml": "footer",
    }
    types = "".join(
        f'<Override PartName="/{name}" ContentType='
        f'"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    relations = f'{HEAD}<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    inner = [
        ("rId1", "styles", "styles.xml"),
        ("rId2", "settings", "settings.xml"),
        ("rId3", "fontTable", "fontTable.xml"),
        ("rId10", "footer", "footer1.xml"),
        ("rId11", "footer", "footer2.xml"),
    ]
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'{types}<Override PartName="/docProps/core.xml" ContentType='
        '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/package/2006/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f"{HEAD}<cp:coreProperties"
        f' xmlns:cp="{OFFICE}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<dc:title></dc:title><dc:creator></dc:creator></cp:coreProperties>",
        "word/_rels/document.xml.rels": relations
        + "".join(f'<Relationship Id="{id_}" Type="{R}/{kind}" Target="{target}"/>' for id_, kind, target in inner)
        + "</Relationships>",
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{content}</w:body></w:document>',
        "word/styles.xml": styles(),
        "word/settings.xml": f'{HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
        "word/fontTable.xml": font_table(),
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def report() -> str:
    due = "{{ b.document(item.policy) }}措施{{ item.measure }}（{{ item.title }}）{{ item|place }}，"
    due += "时限{{ item.limit|dates }}，"
    measure = (
        "（{{ b.document(said.entry.policy) }}措施{{ said.entry.measure }} {{ said.title }}{{ said.entry|place }}）"
    )
    between = "{% if loop.last %}。{% else %}；{% endif %}"
    red_line = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="{RED}"/></w:pBdr>'
    (edge,) = millimetres(156)
    parts = [
        paragraph("Masthead", run("督办{{ b.kind }}", TITLE, "小初", colour=RED)),
        tag("if b.number is not none"),
        paragraph("Centred", run("第{{ b.number }}期")),
        tag("endif"),
        paragraph(
            "Normal",
            run("{{ b.offices|join('、') }}"),
            "<w:r><w:tab/></w:r>",
            run("{{ b.day|day }}"),
            look=f'{red_line}<w:tabs><w:tab w:val="right" w:pos="{edge}"/></w:tabs>',
        ),
        paragraph("Normal"),
        paragraph(
            "Title",
            run(
                "{{ ('《' ~ b.policies[0].title ~ '》')|balanced }}"
                "{% if b.policies|length > 1 %}等{{ b.policies|length }}个政策文件{% endif %}\n落实情况{{ b.kind }}",
                TITLE,
                "二号",
            ),
        ),
        paragraph("Centred", run("{{ b.span }}", SUBHEADING)),
        paragraph("Normal"),
        heading("一、总体情况"),
        body(
            "截至{{ b.day|day }}，纳入督办的措施{{ b.totals.measures }}条，任务共{{ b.totals.duties }}项"
            "{% if b.closing_rate is not none %}，已销号{{ b.totals.closed_out }}项，占"
            "{{ '%.1f'|format(b.closing_rate) }}%（已销号{{ b.totals.closed_out }}÷任务{{ b.totals.duties }}"
            "{% if b.totals.suspended %}减中止{{ b.totals.suspended }}{% endif %}）{% endif %}；"
            "待审核{{ b.totals.submitted }}项，推进中{{ b.totals.in_progress }}项，未启动{{ b.totals.not_started }}项"
            "{% if b.totals.suspended %}，中止{{ b.totals.suspended }}项{% endif %}。"
            "其中逾期{{ b.totals.overdue }}项，临期{{ b.totals.due_soon }}项"
            "{% if b.asks_reports %}，本报送周期未报送{{ b.totals.unreported }}项{% endif %}。"
            "{% for policy in b.ended %}《{{ policy.title }}》有效期已于{{ policy.valid_until|day }}届满。{% endfor %}"
        ),
        body("{{ b.comparison }}。"),
        heading("二、新进展"),
        tag("if b.news and b.is_long"),
        body("{{ b.this }}各单位报送{{ b.reports }}次，以下是每项任务最近一次报送的情况。"),
        tag("endif"),
        tag("for group in b.news_by_measure"),
        subheading(
            "（{{ loop.index|numeral }}）{{ b.document(group.policy) }}措施{{ group.number }}　{{ group.title }}"
        ),
        tag("for said in group.said"),
        body(
            "{{ said.units|join('、') }}"
            "{{ said.entry|place }}"
            "（{{ said.entry.happened_on|short_day(b.day) }}"
            "{% if said.entry.kind == 'submit' %}，报完成{% endif %}）："
            "{% if said.entry.progress is not none %}进度{{ said.entry.progress }}%。{% endif %}"
            "{{ said.entry.note|sentence }}"
        ),
        tag("endfor"),
        tag("else"),
        body("{{ b.this }}没有单位报送进展。"),
        tag("endfor"),
        tag("if b.decisions"),
        subheading("（{{ (b.news_by_measure|length + 1)|numeral }}）办公室办理情况"),
        body(
            "{{ b.this }}{% for kind, count in b.decision_counts.items() %}{{ KINDS[kind] }}{{ count }}次"
            "{% if not loop.last %}、{% endif %}{% endfor %}。{% if b.is_long and 'urge' in b.decision_counts %}"
            "催办不逐次列出。{% endif %}"
        ),
        tag("for item in b.decisions if not (b.is_long and item.entry.kind == 'urge')"),
        body(
            "{{ KINDS[item.entry.kind] }}：{{ b.document(item.entry.policy) }}"
            "措施{{ item.entry.measure }}（{{ item.title }}）"
            "{{ item.entry|place }}"
            "，"
            "{{ item.units|join('、') }}（{{ item.entry.happened_on|short_day(b.day) }}）"
            "{% if item.entry.role %}，{{ ROLES[item.entry.role] }}{% endif %}"
            "{% if item.entry.means %}，{{ item.entry.means }}{% endif %}"
            "{% if item.entry.due and item.entry.due_before %}"
            "，{{ item.entry.due_before|day }}延至{{ item.entry.due|day }}"
            "{% if item.entry.happened_on > item.entry.due_before %}（逾期后延期）{% endif %}{% endif %}"
            "{% if item.entry.note %}：{{ item.entry.note|sentence }}{% else %}。{% endif %}"
        ),
        tag("endfor"),
        tag("endif"),
        heading("三、逾期和临期"),
        subheading("（一）逾期任务"),
        body(
            "{% if b.overdue %}逾期{{ b.totals.overdue }}项，{% else %}目前没有逾期任务，{% endif %}"
            "{% if b.newly_overdue %}其中{{ b.this }}新增"
            "{{ b.newly_overdue|map(attribute='units')|map('length')|sum }}项"
            "{% else %}{{ b.this }}无新增逾期{% endif %}。"
        ),
        tag("for group in b.overdue_by_unit"),
        body(
            "{{ loop.index }}.{{ group.who }}：{% for item in group.due %}" + due + "逾期{{ item.days_overdue }}天"
            "{% if item.new %}（{{ b.this }}新增）{% endif %}" + between + "{% endfor %}"
        ),
        tag("endfor"),
        subheading("（二）临期和{{ b.next }}到期任务"),
        tag("for group in b.due_next_by_unit"),
        body(
            "{{ loop.index }}.{{ group.who }}：{% for item in group.due %}"
            + due
            + "还有{{ (item.due - b.day).days }}天"
            + between
            + "{% endfor %}"
        ),
        tag("else"),
        body("没有临期任务，{{ b.next }}也没有到期的任务。"),
        tag("endfor"),
        heading("四、存在问题和需协调事项"),
        subheading("（一）各单位提出的问题"),
        tag("for said in b.problems"),
        body("{{ said.units|join('、') }}" + measure + "：{{ said.entry.problem|sentence }}"),
        tag("else"),
        body("{{ b.this }}没有单位提出需要协调的问题。"),
        tag("endfor"),
        subheading("（二）未报送情况"),
        body(
            "{% if b.unreported %}本报送周期未报送的单位{{ b.unreported|length }}个，共{{ b.totals.unreported }}项："
            "{% for count in b.unreported %}{{ count.unit }}{{ count.unreported }}项"
            "{% if count.cycles > 1 %}（连续{{ count.cycles }}期）{% endif %}"
            "{% if not loop.last %}、{% endif %}{% endfor %}。"
            "{% elif b.asks_reports %}本报送周期各单位都已报送。{% else %}目前没有要求定期报送的任务。{% endif %}"
        ),
        tag("if b.suspended"),
        subheading("（三）中止的任务"),
        body(
            "中止{{ b.totals.suspended }}项，不计逾期，不进比例的分母："
            "{% for item in b.suspended %}{{ item.units|join('、') }}{{ b.document(item.duty.policy) }}"
            "措施{{ item.duty.measure }}（{{ item.duty.title }}）{{ item.duty|place }}，自{{ item.since|day }}起"
            + between
            + "{% endfor %}"
        ),
        tag("endif"),
        tag("if b.without_evidence"),
        subheading("（{% if b.suspended %}四{% else %}三{% endif %}）已销号而无佐证的任务"),
        body(
            "共{{ b.without_evidence|length }}项：{% for duty in b.without_evidence %}{{ duty.unit }}"
            "{{ b.document(duty.policy) }}措施{{ duty.measure }}"
            "{{ duty|place }}"
            "{% if not loop.last %}、{% endif %}{% endfor %}。"
        ),
        tag("endif"),
        heading("五、下一步"),
        tag("for said in b.next_steps"),
        body("{{ said.units|join('、') }}" + measure + "：{{ said.entry.next_step|sentence }}"),
        tag("else"),
        paragraph("Body", run("{{ b.this }}没有单位报送下一步打算。"), look="<w:keepNext/>"),
        tag("endfor"),
        paragraph("Normal", look="<w:keepNext/>"),
        paragraph("Body", run("附件：各项措施落实情况表"), look="<w:keepNext/>"),
        paragraph("Normal", look="<w:keepNext/>"),
        paragraph("Normal", look="<w:keepNext/>"),
        paragraph("Signature", run("{{ b.offices|join('、') }}"), look="<w:keepNext/>"),
        paragraph("Signature", run("{{ b.day|day }}"), look="<w:keepNext/>"),
        tag("if b.report_to or b.copy_to"),
        paragraph("Normal", look="<w:keepNext/>"),
        table(
            [
                row_tag("if b.report_to", [edge]),
                row([paragraph("Imprint", run("报：{{ b.report_to|join('，') }}", size="四号"))], [edge]),
                row_tag("endif", [edge]),
                row_tag("if b.copy_to", [edge]),
                row([paragraph("Imprint", run("送：{{ b.copy_to|join('，') }}", size="四号"))], [edge]),
                row_tag("endif", [edge]),
            ],
            [edge],
            borders="rules",
        ),
        tag("endif"),
        section(),
        paragraph("Annex", run("附件", HEADING)),
        paragraph("Title", run("各项措施落实情况表", TITLE, "二号")),
        paragraph("Centred", run("（截至{{ b.day|day }}）", SUBHEADING)),
        annex(),
        paragraph("Break"),
        section(landscape=True, last=True),
    ]
    return "".join(parts)


def annex() -> str:
    postponed = "{% if row.extensions %}（原定{{ row.first_due|day }}）{% endif %}"
    columns = [
        ("序号", 10, "{{ row.number }}"),
        ("措施", 46, "{{ row.title }}"),
        ("牵头单位", 18, "{{ lead_words(row.lead_unit, row.lead_origin) }}"),
        (
            "完成时限",
            35,
            f"{{% if row.due %}}{{{{ row.due|day }}}}{postponed}{{% else %}}—{{% endif %}}",
        ),
        ("预警", 17, "{% if row.signal %}{{ SIGNALS[row.signal] }}{% else %}—{% endif %}"),
        ("状态", 13, "{{ STATES[row.state] }}"),
        ("任务", 9.5, "{{ row.duties }}"),
        ("销号", 9.5, "{{ row.closed_out }}"),
        ("逾期", 9.5, "{{ row.overdue }}"),
        ("临期", 9.5, "{{ row.due_soon }}"),
        ("未报送", 13, "{{ row.unreported }}"),
        ("最近报送", 35, "{% if row.reported_on %}{{ row.reported_on|day }}{% else %}—{% endif %}"),
    ]
    widths = millimetres(*(width for _, width, _ in columns))
    centred, kept = '<w:jc w:val="center"/>', '<w:keepNext/><w:jc w:val="center"/>'

    def cell(name: str, text: str) -> str:
        look = "" if name in ("措施", "牵头单位") else centred
        return paragraph("TableText", run(text, size="五号"), look=look)

    totals = ["", "合计", "", "", "", ""]
    totals += [f"{{{{ b.totals.{name} }}}}" for name in ("duties", "closed_out", "overdue", "due_soon", "unreported")]
    return table(
        [
            row(
                [paragraph("TableHead", run(name, HEADING, "五号")) for name, _, _ in columns],
                widths,
                head=True,
                height=454,
            ),
            row_tag("for row in b.measures", widths),
            row_tag("if b.document(row.policy) and loop.changed(row.policy)", widths),
            across(paragraph("TableText", run("{{ b.document(row.policy) }}", HEADING, "五号"), look=kept), widths),
            row_tag("endif", widths),
            row([cell(name, text) for name, _, text in columns], widths, height=340),
            row_tag("endfor", widths),
            row(
                [
                    paragraph("TableText", run(text, HEADING, "五号"), look=centred) if text else paragraph("TableText")
                    for text in [*totals, ""]
                ],
                widths,
                height=340,
            ),
        ],
        widths,
    )


BANDS = {"blue": "1F5FBF", "orange": "E36C0A", "red": "C00000"}


def notice() -> str:
    parts = []
    for number, (colour, fill) in enumerate(BANDS.items()):
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
        parts += [
            tag(f"{'elif' if number else 'if'} n.notice.colour == '{colour}'"),
            paragraph("Band", run("{{ n.band }}", HEADING, colour="FFFFFF"), look=shade),
        ]
    (edge,) = millimetres(156)
    right = f'<w:tabs><w:tab w:val="right" w:pos="{edge}"/></w:tabs>'
    facts = [
        ("承办单位", "{{ n.duty.unit }}（{{ ROLES[n.duty.role] }}单位）"),
        ("督办事项", "{{ n.matter }}"),
        ("事项依据", "{{ n.grounds }}。"),
        ("完成时限", "{{ n.limit|dates }}。"),
        ("最近情况", "{{ n.situation }}"),
        ("以往督办", "{{ n.before or '无。' }}"),
        ("督办要求", "{{ n.request }}"),
        ("回复期限", "{{ n.notice.reply_due|day }}（{{ n.counted }}）。"),
    ]
    widths = millimetres(26, 130)
    answer = millimetres(34, 44, 34, 44)

    def fact(name: str, text: str) -> str:
        keep = "<w:keepNext/>" if name == facts[-1][0] else ""
        label = paragraph("FormText", run(name, HEADING, "四号"), look=f'{keep}<w:jc w:val="center"/>')
        return row([label, paragraph("FormText", run(text, size="四号"), look=keep)], widths, height=480)

    def blank(cells: list[str], height: int) -> str:
        look = '<w:keepNext/><w:jc w:val="center"/>'
        filled = [paragraph("FormText", *([run(name, HEADING, "四号")] if name else []), look=look) for name in cells]
        return row(filled, widths if len(cells) == 2 else answer, height=height)

    wide = '<w:spacing w:before="240" w:line="800" w:lineRule="exact"/>'
    signature = [
        paragraph("Signature", run("{{ n.policy.office }}"), look="<w:keepNext/>"),
        paragraph("Signature", run("{{ n.notice.issued_on|day }}")),
    ]
    letter = [
        paragraph("Normal"),
        paragraph(
            "Title",
            run(
                "{% if n.duty.signal == 'overdue' %}关于商请尽快办结有关事项的函"
                "{% elif n.duty.due %}关于商请按期推进有关事项的函{% else %}关于商请支持有关事项的函{% endif %}",
                TITLE,
                "二号",
            ),
        ),
        paragraph("Centred", run("{{ n.notice.reference }}")),
        paragraph("Normal"),
        paragraph("Normal", run("{{ n.duty.unit }}：")),
        body(
            "按照{{ n.grounds }}，贵单位为{{ n.matter }}的{{ ROLES[n.duty.role] }}单位。完成时限：{{ n.limit|dates }}。"
        ),
        body("最近情况：{{ n.situation }}"),
        tag("if n.before"),
        body("此前已联系：{{ n.before }}"),
        tag("endif"),
        body(
            "{{ n.request }}请于{{ n.notice.reply_due|day }}前（含当日；{{ n.counted }}）函复。感谢贵单位的支持。",
            "<w:keepNext/>",
        ),
        paragraph("Normal", look="<w:keepNext/>"),
        paragraph("Normal", look="<w:keepNext/>"),
        *signature,
    ]
    order = [
        paragraph("Title", run("督　办　单", TITLE, "一号"), look=wide),
        paragraph(
            "Normal", run("{{ n.notice.reference }}"), "<w:r><w:tab/></w:r>", run("签发：{{ n.notice.issued_on|day }}"),
            look=right,
        ),
        table([fact(name, text) for name, text in facts], widths, side=100),
        paragraph("Break", look='<w:keepNext/><w:spacing w:line="240" w:lineRule="exact"/>'),
        *signature,
        paragraph("Cut", run("回　　　执", SUBHEADING, "四号")),
        table([blank(["办理情况", ""], 1300)], widths, side=100),
        table([blank(["填报人及电话", "", "盖章及日期", ""], 480)], answer, side=100),
    ]  # fmt: skip
    parts += [tag("endif"), paragraph("Break"), tag("if n.is_letter"), *letter, tag("else"), *order, tag("endif")]
    return "".join([*parts, paragraph("Break"), section(last=True)])


def made() -> dict[str, bytes]:
    """File name -> bytes of every Word template."""
    return {"report.docx": package(report()), "notice.docx": package(notice())}


if __name__ == "__main__":
    for name, content in made().items():
        (ROOT / name).write_bytes(content)
