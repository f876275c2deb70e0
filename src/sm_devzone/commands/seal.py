"""`devzone seal`: the number and the hash that vouch for all facts so far, to be kept where nobody can change them."""

from __future__ import annotations

import typer

from sm_devzone.commands.options import JsonOption
from sm_devzone.context import Context
from sm_devzone.output.listing import Listing


def command(ctx: typer.Context, json: JsonOption = False) -> Listing | str:
    """封签：到此为止的流水，一行抄在纸上、存到别处，以后用 check --sealed 核对一件也没有动过。"""
    context: Context = ctx.obj
    with context.journal.reading() as reader:
        seal = reader.seal()
        if reader.is_blank:
            context.note_nothing_read()
        if seal is not None:
            for _, told in context.memory.contradictions(reader.seal):
                context.terminal.tell(told)
            context.memory.keep(context.memory.looked(reader.seal, whatever_was=True))
    if seal is None:
        if context.nothing_read is None:
            context.terminal.tell("流水里还没有记录，没有可封的")
        return ""
    return Listing(
        "seal",
        None,
        context.plan,
        content=lambda: {**seal._asdict(), "code": seal.code},
        lines=lambda: [(*seal, seal.code)],
        draw=lambda _: f"{seal.number} {seal.sha256}\n封签 {seal.code}",
        as_json=json,
    )
