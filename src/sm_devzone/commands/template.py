"""`devzone template`: which templates there are, a copy to edit, and a trial of those in use."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from sm_devzone import files
from sm_devzone.commands.options import JsonOption, OutputOption
from sm_devzone.context import Context
from sm_devzone.domain.card import Card
from sm_devzone.domain.notice import Slip
from sm_devzone.domain.plan import Plan
from sm_devzone.errors import DevzoneError, NotFound, WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.papers import cards, slips
from sm_devzone.settings import shipped

TEMPLATES = {
    "report.md": "督办报告，Markdown",
    "report.html": "督办报告，网页",
    "report.css": "网页的样式，是 report.html 的一部分",
    "report.js": "网页的筛选、排序、查找，是 report.html 的一部分",
    "report.txt": "督办报告，不带标记的文字",
    "report.docx": "督办报告，公文格式的 Word 文件",
    "notice.docx": "督办单，Word 文件",
    "notice.md": "督办单，Markdown",
    "letter.docx": "商请函，信函格式的 Word 文件",
    "letter.md": "商请函，Markdown",
    "notice.words.txt": "督办单和商请函里的话，是上面四个的一部分",
    "card.docx": "单位履责卡，Word 文件",
    "card.html": "单位履责卡，网页",
    "card.css": "履责卡网页的样式，是 card.html 的一部分",
    "form.txt": "填报表的填写说明，一行一条",
    "mail.txt": "邮件（--eml）：第一行是主题，空一行以后是正文",
}
"""Every template that devzone looks for, and what it is the look of."""


class TemplateRow(NamedTuple):
    """A template, and the file that is used: the office's `own`, or the shipped one."""

    name: str
    purpose: str
    own: bool
    path: str


class TemplatesInvalid(DevzoneError):
    """Templates that do not work, each with the place of its fault and its remedy."""

    def __init__(self, faults: list[DevzoneError]) -> None:
        super().__init__(f"模板有 {len(faults)} 处问题，请改正", "自带的样子：devzone template copy 模板名 -o 文件夹")
        self.faults = faults

    def lines(self) -> list[str]:
        told = [line.removeprefix("devzone: ") for fault in self.faults for line in fault.lines()]
        return [*told, *super().lines()]


def command(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="list|copy|check", help="列出、复制自带的、试用一遍")],
    names: Annotated[list[str] | None, typer.Argument(metavar="模板名", help="如 report.docx")] = None,
    output: OutputOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """模板：列出（list）；复制自带的来改（copy 模板名 -o 文件夹，不覆盖）；用样例试一遍，指出写错的标签（check）。"""
    context: Context = ctx.obj
    if what not in ("list", "copy", "check"):
        raise WrongUsage(f"没有“{what}”这一种", "可选：list、copy、check")
    for name in names or ():
        if name not in TEMPLATES:
            raise NotFound(f"没有模板“{name}”", f"有：{'、'.join(TEMPLATES)}")
    if output is not None and what != "copy":
        raise WrongUsage("-o 只和 copy 一起用", "例如：devzone template copy report.docx -o 模板")
    if json and what != "list":
        raise WrongUsage("--json 只和 list 一起用", "devzone template list --json")
    if what == "copy":
        return _copy(names or [], Path(output or "."))
    if what == "check":
        return _check(context, names or list(TEMPLATES))
    listed = [row for row in _rows(context) if not names or row.name in names]
    return Listing(
        "template",
        context.settings.today,
        Plan([]),
        content=lambda: {"templates": rows.as_objects(listed)},
        lines=lambda: listed,
        draw=lambda screen: screen.sentences_apart(
            f"{row.name:12}  {'自己的' if row.own else '自带'}  {row.purpose}\n{'':12}  {row.path}" for row in listed
        ),
        as_json=json,
    )


def _rows(context: Context) -> list[TemplateRow]:
    """What is in use, in the order of TEMPLATES."""
    own = context.settings.template_paths[:-1]
    for folder in own:
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name not in TEMPLATES and not path.name.startswith((".", "~$")):
                context.terminal.tell(f"{path} {_why_not_used(path)}")
    found = []
    for name, purpose in TEMPLATES.items():
        used = next((folder / name for folder in own if (folder / name).is_file()), None)
        found.append(TemplateRow(name, purpose, used is not None, str(used or shipped("templates") / name)))
    return found


def _why_not_used(path: Path) -> str:
    from sm_devzone.output.word_parts import OTHER_ENDINGS

    if path.suffix.lower() in OTHER_ENDINGS and f"{path.stem}.docx" in TEMPLATES:
        return f"不会用到：模板要是 .docx，请用 Word 另存为 {path.stem}.docx"
    return f"不是模板名，不会用到；模板名有：{'、'.join(TEMPLATES)}"


def _copy(names: list[str], folder: Path) -> str:
    if not names:
        raise WrongUsage("缺少模板名", f"可选：{'、'.join(TEMPLATES)}")
    targets = {name: folder / name for name in dict.fromkeys(names)}
    for target in targets.values():
        if target.exists():
            raise WrongUsage(f"{target} 已经有了，没有覆盖", "用 -o 写到别的文件夹")
    for name, target in targets.items():
        files.replace(target, (shipped("templates") / name).read_bytes())
    return "".join(f"{target}\n" for target in targets.values())


def _check(context: Context, names: list[str]) -> str:
    """Fill in each template with every sample. Raises TemplatesInvalid with the first fault of each that has one."""
    from sm_devzone.domain import sample
    from sm_devzone.output.document import TemplateInvalid

    trials = {"report": sample.trials_of_report(), "form": [sample.Trial("填报表", {}, {})], **sample.trials_of_slips()}
    trials["mail"] = sample.trials_of_mail()
    trials["card"] = sample.trials_of_card()
    good: list[TemplateRow] = []
    faults: dict[str, DevzoneError] = {}
    for row in _rows(context):
        if row.name not in names:
            continue
        try:
            for trial in trials[row.name.partition(".")[0]]:
                read = _BLANKS.sub("", _filled(row.name, trial.content, context))
                missing = [what for what, ways in trial.wanted.items() if not any(way in read for way in ways)]
                if missing and row.name not in _PARTS:
                    raise TemplateInvalid(f"{row.path}: 用样例填出来的{trial.name}里没有{'、'.join(missing)}")
            good.append(row)
        except TemplateInvalid as error:
            faults.setdefault(error.message, error)  # a part of the page fails wherever it is tried
    if faults:
        raise TemplatesInvalid(list(faults.values()))
    return "".join(f"{row.name}\t{'自己的' if row.own else '自带'}\t可用\n" for row in good)


_PARTS = ("report.css", "report.js", "card.css", "notice.words.txt")
"""What is tried as a part of another, and says nothing itself."""

_BLANKS = re.compile(r"\s+")
_HTML = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def _filled(name: str, content: dict[str, Any], context: Context) -> str:
    """What a person reads in the template `name` filled in with `content`."""
    if name == "form.txt":
        return "".join(context.settings.template_lines(name))
    folders, cache = context.settings.template_paths, context.settings.cache_path
    if isinstance(content.get("n"), Slip):
        content = slips.content(context.settings, content["n"])
        name = name if name != slips.WORDS else "notice.md"
    if isinstance(content.get("c"), Card):
        content = cards.content(content["c"])
        name = name if name != "card.css" else "card.html"
    if name.endswith(".docx"):
        from sm_devzone.output import word

        return word.visible(word.render(name, content, folders, title="样例", day=date(2026, 11, 20)))
    if name == "report.html" or name in _PARTS:
        from sm_devzone.output import page

        return unescape(_HTML.sub("", page.render(content, content["b"].ledger.duties, folders, cache)))
    from sm_devzone.output import document

    made = document.render(name, content, folders, cache)
    return unescape(_HTML.sub("", made)) if name.endswith(".html") else made.replace("\\", "")
