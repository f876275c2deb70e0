"""How well `devzone draft` reads policy texts whose truth was set down by hand. Run by `make draft-score`.

A document has 100 points: measures 25, pairs of unit and measure 35, leads 15, deadlines 15 (each by F1), facts of the
document 10. `--corrupt` spoils the drafts in known ways and shows that the score falls; that is how one knows that it
can. The documents are not part of the project: `../shared/policy`, or the folder given.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from sm_devzone.cli import main as devzone

ROOT = Path(__file__).parents[1]
FOLDER = ROOT.parent / "shared" / "policy"
WEIGHTS = {"measures": 25, "pairs": 35, "leads": 15, "deadlines": 15, "facts": 10}

Plan = dict[str, Any]


def flat(text: str) -> str:
    """`text` as it is compared: one width, no blanks, no quotes."""
    return re.sub("[\\s\"“”'\u2018\u2019。.]", "", unicodedata.normalize("NFKC", text))


def f1(wanted: Iterable[Any], found: Iterable[Any]) -> float:
    """The harmonic mean of precision and recall, 1 where neither has anything."""
    left, right = Counter(wanted), Counter(found)
    if not left and not right:
        return 1.0
    return 2 * sum((left & right).values()) / (sum(left.values()) + sum(right.values()))


def truth_measures(truth: Plan) -> list[Plan]:
    """The measures that carry units of their own: an item whose sub-items carry them is told through those."""
    parents = {one.get("parent") for one in truth["measures"]}
    return [one for one in truth["measures"] if one.get("parent") or one["number"] not in parents]


def dates_of(truth: Plan) -> list[str]:
    """The due dates and cycles of a measure of the truth; terms, windows and traps are none."""
    cycles = {"yearly": "year", "quarterly": "quarter", "monthly": "month", "half-yearly": "half", "weekly": "week"}
    found = []
    for one in truth.get("deadlines") or truth.get("time_phrases") or []:
        kind, iso = one["kind"], one.get("iso")
        if kind in ("deadline", "target", "relative deadline") and iso and "/" not in iso:
            found.append(iso)
        elif kind.startswith("periodic"):
            word = (one.get("frequency") or kind.partition(", ")[2]).split(",")[0].split(" ")[0]
            if word in cycles:
                found.append(cycles[word])
    return found


def score(plan: Plan, truth: Plan) -> tuple[dict[str, float], list[str]]:
    """Points of each part, and what is missing or too much."""
    wanted = truth_measures(truth)
    own = list(plan.get("measures") or [])
    limit = re.search(r"items? 1–(\d+)", str(truth.get("truth_given_for", "")))
    count = truth["measure_count"] if limit else None
    pairs_by_title: list[tuple[Plan | None, Plan | None]] = []
    rest = list(own)
    for each in wanted:
        own_match = next((m for m in rest if same(each, m)), None)
        if own_match is not None:
            rest.remove(own_match)
        pairs_by_title.append((each, own_match))
    if limit:
        rest = [m for m in rest if int(m["number"]) <= int(limit[1])]
    pairs_by_title += [(None, m) for m in rest]
    common = plan.get("common_units") or []
    defaults = [flat(name) for name in (truth["document_rules"].get("default_units") or {}).get("units", [])]
    faults: list[str] = []
    wanted_pairs: list[tuple[int, str]] = []
    found_pairs: list[tuple[int, str]] = []
    wanted_leads: list[tuple[int, str]] = []
    found_leads: list[tuple[int, str]] = []
    wanted_dates: list[tuple[int, str]] = []
    found_dates: list[tuple[int, str]] = []
    for at, (one, match) in enumerate(pairs_by_title):
        if one:
            units = [flat(unit) for unit in one.get("units_with_defaults") or one["units_normalised"]]
            units = list(dict.fromkeys([*units, *defaults])) if "units_with_defaults" not in one else units
            wanted_pairs += [(at, unit) for unit in units]
            wanted_leads += [(at, flat(unit)) for unit in one.get("lead") or []]
            wanted_dates += [(at, day) for day in dates_of(one)]
        if match:
            found_pairs += [(at, flat(unit)) for unit in dict.fromkeys([*(match.get("units") or []), *common])]
            found_leads += [(at, flat(unit)) for unit in listed(match.get("lead"))]
            found_dates += [
                (at, str(m.get("due") or m.get("every")))
                for m in match.get("milestones") or []
                if m.get("origin") == "policy"
            ]
        name = str((one or match or {}).get("title"))
        if not one:
            faults.append(f"measure too much: {name}")
        if not match:
            faults.append(f"measure missing: {name}")
    for kind, left, right in (
        ("pair", wanted_pairs, found_pairs),
        ("lead", wanted_leads, found_leads),
        ("date", wanted_dates, found_dates),
    ):
        for sign, extra in (("missing", Counter(left) - Counter(right)), ("too much", Counter(right) - Counter(left))):
            for at, value in extra:
                place = pairs_by_title[at][0] or pairs_by_title[at][1] or {}
                faults.append(f"{kind} {sign}: {place.get('number')} {value}")
    measures = f1(
        [at for at, (one, _) in enumerate(pairs_by_title) if one], [at for at, (_, m) in enumerate(pairs_by_title) if m]
    )
    if count and abs(count - len(own)):
        faults.append(f"{count} measures wanted, {len(own)} found")
        measures *= min(count, len(own)) / max(count, len(own))
    facts = facts_of(plan, truth, faults)
    return {
        "measures": 25 * measures,
        "pairs": 35 * f1(wanted_pairs, found_pairs),
        "leads": 15 * f1(wanted_leads, found_leads),
        "deadlines": 15 * f1(wanted_dates, found_dates),
        "facts": 10 * facts,
    }, faults


def same(wanted: Plan, found: Plan) -> bool:
    """Whether two measures are one: by title, or where the text prints none by the words the body begins with."""
    if wanted["title"]:
        return flat(wanted["title"]) == flat(found["title"])
    head = flat(wanted["body_head"])[:8]
    return flat(found["title"])[:8] == head


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def facts_of(plan: Plan, truth: Plan, faults: list[str]) -> float:
    own = plan["policy"]
    issuer = None if "not printed" in truth["issuer"] else truth["issuer"]
    issued = None if "issue_date_source" in truth else truth["issue_date"]
    until = truth.get("valid_until")
    for one in truth.get("document_level_time_phrases", []):
        if one["kind"] == "effective/validity":
            until = one["iso"].split(" / ")[1]
    wanted = {"title": truth["title"], "issuer": issuer, "issued": issued, "valid_until": until}
    good = 0
    for field, value in wanted.items():
        read = own.get(field)
        if flat(str(value)) == flat(str(read)):
            good += 1
        else:
            faults.append(f"{field}: {value} wanted, {read} found")
    return good / len(wanted)


def _first_leads(plan: Plan) -> None:
    for measure in plan["measures"]:
        measure["lead"] = (measure.get("units") or [])[:1]


def _no_units_twice(plan: Plan) -> None:
    for measure in plan["measures"][::2]:
        measure["units"] = (measure.get("units") or [])[:-1]


def _no_common(plan: Plan) -> None:
    plan["common_units"] = []
    for measure in plan["measures"]:
        measure["units"] = [
            unit.removeprefix("市").removeprefix("省").removeprefix("区") for unit in measure.get("units") or []
        ]


def _half(plan: Plan) -> None:
    plan["measures"] = plan["measures"][::2]


def _dates(plan: Plan) -> None:
    for measure in plan["measures"]:
        measure["milestones"] = [{"origin": "policy", "due": "2026-12-31"}]


def _facts(plan: Plan) -> None:
    plan["policy"] = {"title": "别的", "issuer": "别的", "issued": "2000-01-01", "valid_until": "2001-01-01"}


CORRUPTIONS: dict[str, tuple[str, Callable[[Plan], None]]] = {
    "the first unit leads": ("leads", _first_leads),
    "the last unit of every other measure is lost": ("pairs", _no_units_twice),
    "prefixes and common units are lost": ("pairs", _no_common),
    "every other measure is lost": ("measures", _half),
    "a date is invented": ("deadlines", _dates),
    "title and dates of another": ("facts", _facts),
}


def draft(text: Path, folder: Path) -> tuple[Plan, float]:
    target = folder / f"{text.stem}.yaml"
    start = time.perf_counter()
    sys.stdout, screen = open(folder / f"{text.stem}.tsv", "w", encoding="utf-8"), sys.stdout  # noqa: SIM115, PTH123
    try:
        code = devzone(["draft", str(text), "-o", str(target)])
    finally:
        sys.stdout.close()
        sys.stdout = screen
    assert code == 0, text
    plan: Plan = yaml.safe_load(target.read_text(encoding="utf-8"))
    return plan, time.perf_counter() - start


def main() -> int:
    """Print the points of each document. 1 where a corruption goes unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--faults", action="store_true", help="tell what is missing or too much")
    parser.add_argument("--corrupt", action="store_true", help="spoil the drafts and see that the score falls")
    chosen = parser.parse_args()
    texts = sorted(path for path in chosen.folder.rglob("*.txt") if path.with_suffix(".yaml").is_file())
    if not texts:
        print(f"skipped: no documents with truth in {chosen.folder}; they are not part of the project")
        return 0
    totals: list[float] = []
    whole: Counter[str] = Counter()
    spoiled: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for text in texts:
            truth = yaml.safe_load(text.with_suffix(".yaml").read_text(encoding="utf-8"))
            plan, seconds = draft(text, Path(name))
            points, faults = score(plan, truth)
            doubts = len((Path(name) / f"{text.stem}.tsv").read_text(encoding="utf-8").splitlines())
            totals.append(sum(points.values()))
            parts = "  ".join(f"{part} {value:5.2f}" for part, value in points.items())
            told = f"{doubts:3} doubts, {len(plan['measures'])} measures, {seconds:.2f} s"
            print(f"{text.stem:24} {totals[-1]:6.2f}  {parts}  {told}")
            for fault in faults if chosen.faults else ():
                print(f"    {fault}")
            for corruption, (part, spoil) in CORRUPTIONS.items():
                copy = yaml.safe_load((Path(name) / f"{text.stem}.yaml").read_text(encoding="utf-8"))
                spoil(copy)
                whole[corruption] += round(points[part] * 100)
                spoiled[corruption] += round(score(copy, truth)[0][part] * 100)
    print(f"{'mean':24} {sum(totals) / len(totals):6.2f}")
    if chosen.corrupt:
        for corruption, (part, _) in CORRUPTIONS.items():
            before, after = (count[corruption] / 100 / len(texts) for count in (whole, spoiled))
            print(f"{corruption:44} {part:10} {before:5.2f} -> {after:5.2f}")
    return int(any(spoiled[corruption] >= whole[corruption] for corruption in CORRUPTIONS))


if __name__ == "__main__":
    raise SystemExit(main())
