"""A draft of an amended text beside the plan of the text before: what the office wrote stays, each difference is told.

Measures are the same by title, then by number. A number once used never means another measure, because the journal
keeps its facts by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from sm_devzone.domain.glossary import ROLES
from sm_devzone.domain.plan import Measure, Milestone, Policy, as_looked_up
from sm_devzone.domain.reading.doubts import Doubt
from sm_devzone.domain.reading.draft import Draft, DraftMeasure, DraftMilestone, DraftUnit, Registered
from sm_devzone.domain.reading.facts import Said

_ALIKE = 0.5
"""How alike two titles are, at the least, for one number to mean the same measure under another title."""


def amended(draft: Draft, old: Policy, groups: Sequence[str]) -> Draft:
    """`draft` with what the office wrote in `old`, and a doubt of kind `changed` for each difference.

    `groups` are the collectives of the old register, those without members too.
    """
    work = _Amending(draft, old)
    measures = [work.measure(measure, before) for measure, before in work.pairs()]
    measures += [work.gone(before) for before in work.left()]
    work.compare_facts()
    facts = draft.facts._replace(
        title=draft.facts.title or _kept(old.title),
        issuer=draft.facts.issuer or _kept(old.issuer),
        issued=_kept(old.issued.isoformat()),  # cycles and entries go back to the first issue
        valid_until=draft.facts.valid_until or _kept(old.valid_until.isoformat()),
        valid_words=draft.facts.valid_words or old.valid_as_written,
    )
    doubts = sorted(
        dict.fromkeys([*work.moved(draft.doubts), *work.told]),
        key=lambda doubt: (doubt.line, doubt.measure or 0, doubt.kind),
    )
    return draft._replace(
        facts=facts,
        measures=tuple(sorted(measures, key=lambda measure: measure.number)),
        register=_register(draft, old, groups, measures),
        doubts=tuple(doubts),
    )


def _kept(value: str) -> Said:
    return Said(value, 0, "")


class _Amending:
    def __init__(self, draft: Draft, old: Policy) -> None:
        self.draft = draft
        self.old = old
        self.told: list[Doubt] = []
        self.numbers: dict[int, int] = {}
        self._matched: dict[int, Measure] = self._match()

    def tell(self, line: int, measure: int | None, text: str, reading: str | None, other: str | None, why: str) -> None:
        self.told.append(Doubt(line, None, measure, "changed", text, reading, other, why))

    def _match(self) -> dict[int, Measure]:
        """New number -> the measure of the old plan that it is."""
        found: dict[int, Measure] = {}
        free = list(self.old.measures)
        for new in self.draft.measures:
            same = [own for own in free if as_looked_up(own.title) == as_looked_up(new.title)]
            best = next((own for own in same if own.number == new.number), same[0] if same else None)
            if best is not None:
                found[new.number] = best
                free.remove(best)
        for new in self.draft.measures:
            if new.number in found:
                continue
            same = [
                own
                for own in free
                if own.number == new.number and SequenceMatcher(None, own.title, new.title).ratio() >= _ALIKE
            ]
            if same:
                found[new.number] = same[0]
                free.remove(same[0])
        return found

    def pairs(self) -> list[tuple[DraftMeasure, Measure | None]]:
        """The new measures under the numbers that they keep or get, each with what it was before."""
        used = {own.number for own in self.old.measures}
        spare = max([*used, *(new.number for new in self.draft.measures)], default=0)
        found = []
        for new in self.draft.measures:
            before = self._matched.get(new.number)
            number = before.number if before else new.number
            if before is None and number in used:
                spare += 1
                number = spare
            used.add(number)
            self.numbers[new.number] = number
            found.append((new._replace(number=number), before))
        return found

    def left(self) -> list[Measure]:
        kept = {own.number for own in self._matched.values()}
        return [own for own in self.old.measures if own.number not in kept]

    def moved(self, doubts: Sequence[Doubt]) -> list[Doubt]:
        return [
            doubt if doubt.measure is None else doubt._replace(measure=self.numbers.get(doubt.measure, doubt.measure))
            for doubt in doubts
        ]

    def measure(self, new: DraftMeasure, before: Measure | None) -> DraftMeasure:
        if before is None:
            self.tell(new.line, new.number, new.title, f"措施 {new.number}", None, "新的原文增加了这一条")
            return new
        if as_looked_up(before.title) != as_looked_up(new.title):
            self.tell(new.line, new.number, new.title, new.title, before.title, "标题改了")
        if (printed := next((at for at, own in self.numbers.items() if own == new.number), new.number)) != new.number:
            why = "原文的序号变了，沿用计划里的序号"
            self.tell(new.line, new.number, new.title, str(new.number), str(printed), why)
        self._compare_units(new, before)
        milestones = self._milestones(new, before)
        return new._replace(
            milestones=milestones,
            formerly=before.number if as_looked_up(before.title) != as_looked_up(new.title) else None,
            **self._office_fields(before),
        )

    def _office_fields(self, before: Measure) -> dict[str, Any]:
        """What the office alone writes of a measure, without what the plan says for all of them."""
        names = ("reporting_cycle", "report_by")
        own = {name: said for name in names if (said := getattr(before, name)) != getattr(self.old, name)}
        return {"tasks": before.tasks, "standing": before.standing, **own}

    def _compare_units(self, new: DraftMeasure, before: Measure) -> None:
        now = {unit.name: unit.role for unit in new.units} | dict.fromkeys(self.draft.common, "responsible")
        then = dict.fromkeys(before.units, "responsible")
        for name, role in now.items():
            if as_looked_up(name) not in map(as_looked_up, then):
                self.tell(new.line, new.number, name, name, None, "新的原文增加了这个单位")
            elif not any(own.members for own in self.old.units if own.name == name):
                held = before.planned_role(name)
                if held != role:
                    self.tell(new.line, new.number, name, ROLES[role], ROLES[held], "这个单位的角色变了")
        for name in then:
            if as_looked_up(name) not in map(as_looked_up, now):
                self.tell(new.line, new.number, new.title, None, name, f"新的原文里这一条没有“{name}”了，没有写进计划")

    def _milestones(self, new: DraftMeasure, before: Measure) -> tuple[DraftMilestone, ...]:
        found: list[DraftMilestone] = []
        free = [own for own in before.milestones if own.origin == "policy"]
        fresh: list[DraftMilestone] = []
        for own in new.milestones:
            same = next(
                (one for one in free if as_looked_up(one.as_written or "") == as_looked_up(own.as_written)), None
            ) or next((one for one in free if (one.due, one.every) == (own.due, own.every)), None)
            if same is None:
                fresh.append(own)
                continue
            free.remove(same)
            found.append(_office_words(own, same))
        for own in fresh:
            only = [one for one in free if (one.due is None) == (own.due is None)]
            if len(only) == 1 and len(fresh) == 1:
                free.remove(only[0])
                found.append(_office_words(own, only[0]))
                was, why = str(only[0].due or only[0].every), f"节点“{only[0].key}”的时限改了"
                self.tell(own.line, new.number, own.as_written, str(own.due or own.every), was, why)
            else:
                taken = {name.key for name in found} | {name.key for name in before.milestones}
                key, count = own.key, 2
                while key in taken:
                    key, count = f"{own.key}{count}", count + 1
                found.append(own._replace(key=key))
                why = "新的原文增加了这个节点"
                self.tell(own.line, new.number, own.as_written, str(own.due or own.every), None, why)
        for one in free:
            if one.as_written and as_looked_up(one.as_written) in as_looked_up(new.text):
                found.append(_as_draft(one))
                continue
            was, why = f"{one.key} {one.due or one.every}", "新的原文里没有这个节点了，没有写进计划"
            self.tell(new.line, new.number, new.title, None, was, why)
        return (*found, *(_as_draft(one) for one in before.milestones if one.origin == "office"))

    def gone(self, before: Measure) -> DraftMeasure:
        why = "新的原文里没有这一条，照旧保留，由办公室决定"
        self.tell(0, before.number, before.title, f"措施 {before.number}", None, why)
        common = set(self.draft.common)
        units = tuple(DraftUnit(name, before.planned_role(name), 0) for name in before.units if name not in common)
        return DraftMeasure(
            before.number,
            "",
            before.title,
            0,
            is_own_title=True,
            units=units,
            lists=(),
            roles_as_written=before.roles_as_written,
            milestones=tuple(_as_draft(one) for one in before.milestones),
            is_gone=True,
            **self._office_fields(before),
        )

    def compare_facts(self) -> None:
        facts = self.draft.facts
        for term, said, before in (
            ("标题", facts.title, self.old.title),
            ("发文机关", facts.issuer, self.old.issuer),
            ("有效期止", facts.valid_until, self.old.valid_until.isoformat()),
        ):
            if said and as_looked_up(said.value) != as_looked_up(before):
                self.tell(said.line, None, said.words, said.value, before, f"{term}改了")
        if facts.issued and facts.issued.value != (kept := self.old.issued.isoformat()):
            self.tell(facts.issued.line, None, facts.issued.words, kept, facts.issued.value, "印发日期沿用最早的一次")


def _office_words(own: DraftMilestone, before: Milestone) -> DraftMilestone:
    return own._replace(
        key=before.key,
        title=before.title,
        first=before.first or own.first,
        by=before.by or own.by,
        units=before.units or own.units,
        reason=before.reason or own.reason,
        until=before.until,
        formerly=before.formerly,
    )


def _as_draft(own: Milestone) -> DraftMilestone:
    return DraftMilestone(**{**own._asdict(), "line": 0, "as_written": own.as_written or ""})


def _register(
    draft: Draft, old: Policy, groups: Sequence[str], measures: Sequence[DraftMeasure]
) -> tuple[Registered, ...]:
    """The old register as the office wrote it, then what is new."""
    lines = {one.name: one.line for one in draft.register}
    kept = [
        Registered(
            unit.name, lines.get(unit.name, 0), unit.name in groups, unit.aliases, unit.members, unit.vertical, "计划"
        )
        for unit in old.units
    ]
    known = {as_looked_up(word) for unit in old.units for word in (unit.name, *unit.aliases)}
    wanted = {unit.name for measure in measures for unit in measure.units} | set(draft.common)
    fresh = [
        one._replace(aliases=tuple(alias for alias in one.aliases if as_looked_up(alias) not in known))
        for one in draft.register
        if as_looked_up(one.name) not in known
        and (one.name in wanted or any(one.name in other.members for other in draft.register))
    ]
    return (*kept, *fresh)
