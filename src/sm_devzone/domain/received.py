"""上报包 that came from the offices below: whether the seal of each follows those before, and how each stands."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sm_devzone.domain.answers import Finding
from sm_devzone.domain.bundle import Bundle
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.entry import SEALED, Received
from sm_devzone.domain.ledger import COUNTS


class Compared(NamedTuple):
    """What comes of one bundle: what a person is told, and the fact that it would add; None where it adds none."""

    finding: Finding
    fact: Received | None = None


def compare(
    bundles: Iterable[tuple[str, Bundle]], known: Iterable[Received], offices: Collection[str], who: str, *, anew: bool
) -> list[Compared]:
    """What comes of `bundles`, each with the name of its file, beside those that are `known`: the shortest chain first.

    Of an office that is not among `offices` none is taken. `anew` takes one whose seal does not follow as the begin of
    another chain, which later ones are to follow.
    """
    before, found = list(known), []
    for name, bundle in sorted(bundles, key=lambda one: (one[1].seal.number, one[1].as_of)):
        had = [one for one in before if one.sha256 == bundle.sha256 and (one.counts_for or not anew)]
        if bundle.office not in offices:
            said = f"不认识“{bundle.office}”，没有收；是下级办公室的，写进通讯录 contacts.yaml 的 offices"
            found.append(Compared(Finding(name, "", "", "refused", said)))
        elif had:
            said = f"{bundle.office} 截至 {bundle.as_of} 的这一份以前收过（{had[0].name}）"
            found.append(Compared(Finding(name, "", "", "unchanged", said)))
        else:
            verdict, said = _verdict(bundle, [one for one in before if one.office == bundle.office], anew=anew)
            about = (bundle.office, bundle.as_of, *bundle.seal, verdict, name, bundle.sha256, who)
            fact = Received._make([*about, *(bundle.counts[count] for count in COUNTS), ""])
            before.append(fact)
            told = (
                f"{fact.office} 截至 {fact.as_of}："
                f"任务 {fact.duties} 项，已销号 {fact.closed_out}，逾期 {fact.overdue}；"
                f"封签 {bundle.seal.code} {SEALED[verdict]}：{said}"
            )
            if not fact.counts_for:
                told += "；只记下收到，数不用，问清楚以后加 --theirs 认下"
            result = {"broken": "conflict", "older": "note"}.get(verdict, "new")
            found.append(Compared(Finding(name, "", "", result, told), fact))
    return found


def _verdict(bundle: Bundle, before: Iterable[Received], *, anew: bool) -> tuple[str, str]:
    """One of SEALED, and what it rests on."""
    counting: list[Received] = []
    for one in before:
        if one.counts_for:
            counting = [one] if one.verdict == "accepted" else [*counting, one]
    if not counting:
        return "first", "以后的从它核起"
    last, number = max(one.sealed for one in counting), bundle.seal.number
    lost = [one.sealed for one in counting if one.sealed <= number and not bundle.holds(one.sealed, one.seal)]
    if anew and (lost or number < last):
        return "accepted", "以后的从这一份核起"
    if lost:
        return "broken", f"第 {min(lost)} 件事实和收到过的不是一件，那边的流水改过，或换了一本"
    if number < last:
        return "older", f"只到第 {number} 件事实，收到过的已经到第 {last} 件"
    return "continues", f"第 {last} 件事实和它以前的没有变"


class Standing(NamedTuple):
    """How an office below stands: `figures` is the bundle whose figures count, as of the latest day; `last` the one
    that came last, whose seal may say otherwise. None where there is none.
    """

    office: str
    figures: Received | None
    last: Received | None

    @property
    def row(self) -> dict[str, Any]:
        """As programs get it: what there is not is None."""
        figures, last = self.figures, self.last
        return {
            "office": self.office,
            "as_of": figures and figures.as_of,
            **{name: figures and getattr(figures, name) for name in COUNTS},
            "verdict": last and last.verdict,
            "sealed": last and last.sealed,
            "seal": last and Seal(last.sealed, last.seal).code,
            "received_at": last and last.recorded_at,
            "name": last and last.name,
        }


def standings(offices: Iterable[str], known: Sequence[Received], day: date) -> list[Standing]:
    """A line for each of `offices`, then for every other that has ever sent a bundle; up to `day`."""
    found = []
    for office in dict.fromkeys([*offices, *(one.office for one in known)]):
        own = [one for one in known if one.office == office and one.as_of <= day]
        counting = [one for one in own if one.counts_for]
        at = max(range(len(counting)), key=lambda at: (counting[at].as_of, at), default=None)
        found.append(Standing(office, None if at is None else counting[at], own[-1] if own else None))
    return found
