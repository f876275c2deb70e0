"""督办单 and 商请函: which duties get one, with which number and colour; how they are issued and made again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from sm_devzone.books import Books
from sm_devzone.context import Context
from sm_devzone.domain.calendar import chinese_day
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act, Notice
from sm_devzone.domain.ledger import Ledger, by_urgency
from sm_devzone.domain.notice import Sent, Slip, is_running, next_colour, next_number, reply_limit, sent
from sm_devzone.domain.phrases import ended, slip_in_words
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.rules import MOVES, check_act, choose_duty
from sm_devzone.domain.selection import Selection
from sm_devzone.errors import NotFound, NotTheSame, Refused, WrongUsage
from sm_devzone.papers.issuing import digest
from sm_devzone.settings import Settings

WORDS = "notice.words.txt"
"""The template of the sentences that the papers of both formats say."""


def content(settings: Settings, slip: Slip) -> dict[str, Any]:
    """What templates are given: the slip as `n`, its sentences among its values."""
    values = {name for name, kind in vars(Slip).items() if name in Slip._fields or isinstance(kind, property)}
    said = _sentences(settings, slip)
    return {"n": SimpleNamespace(**{name: getattr(slip, name) for name in values - said.keys()}, **said)}


def _sentences(settings: Settings, slip: Slip) -> dict[str, str]:
    from sm_devzone.output import document

    return document.sentences(WORDS, {"n": slip}, settings.template_paths, settings.cache_path)


def _template(slip: Slip) -> str:
    """A letter has a template of its own since edition 3."""
    return "letter" if slip.is_letter and slip.notice.edition > 2 else "notice"


def _paper(settings: Settings, slip: Slip) -> bytes:
    from sm_devzone.output import word

    title, day = f"{slip.kind}{slip.notice.reference}", slip.notice.issued_on
    filled = content(settings, slip)
    return word.render(f"{_template(slip)}.docx", filled, settings.template_paths, title=title, day=day)


def _text(settings: Settings, slip: Slip) -> bytes:
    from sm_devzone.output import document

    filled = content(settings, slip)
    return document.render(f"{_template(slip)}.md", filled, settings.template_paths, settings.cache_path).encode()


FORMATS: Mapping[str, Callable[[Settings, Slip], bytes]] = {"docx": _paper, "md": _text}
"""What makes each format, by the ending of its file."""


class Wanted(NamedTuple):
    """Which duties a slip is wanted about, as the options name them; `units` in the order in which they were named."""

    selection: Selection
    units: tuple[str, ...]
    milestone: str | None
    period: str | None


class Issue(NamedTuple):
    """A slip with its files by format."""

    slip: Slip
    contents: Mapping[str, bytes]


def issue(
    context: Context,
    wanted: Wanted,
    draft: Callable[[Slip, str], Slip],
    formats: Iterable[str],
    is_agreed: Callable[[Sequence[Slip]], bool] | None = None,
) -> list[Issue]:
    """Choose, number, make and record slips; `draft` completes each, given the colour that comes next by the rule.

    Where somebody else has issued one meanwhile, all is done anew, with the numbers after theirs. `is_agreed` is asked
    once, before any number is used; without its consent nothing is issued.
    """
    formats = list(formats)
    while True:
        with context.books() as books:
            before, slips, told = _slips(books, context.settings, wanted, draft)
        if slips and is_agreed is not None:
            if not is_agreed(slips):
                return []
            is_agreed = None
        papers = [_made(context.settings, slip, formats) for slip in slips]
        notices = [paper.slip.notice for paper in papers]

        def decide(books: Books, known: int = before, notices: Sequence[Notice] = tuple(notices)) -> Sequence[Notice]:
            for notice in notices:
                books.check_plans(notice.plans)
            return notices if len(books.journal.notices()) == known else ()

        if not papers or context.append(decide):
            break
    for message in told:
        context.terminal.tell(message)
    for notice, slip in ((paper.slip.notice, paper.slip) for paper in papers):
        basis = f"（{notice.basis}）" if notice.basis else ""
        context.terminal.tell(
            f"已登记{slip_in_words(notice)}，{slip.duty.unit}{chinese_day(notice.reply_due)}前回复{basis}"
        )
    if not papers and not told:
        context.terminal.tell("没有逾期的任务，不用督办；没有逾期也要督办的，用 --measure 指明一条措施")
    return papers


def made_again(context: Context, number: int, year: int | None) -> Issue:
    """An issued slip, made from what was known then. Raises NotFound, NotTheSame."""
    with context.books() as books:
        found = [
            notice for notice in books.journal.notices() if notice.number == number and year in (None, notice.year)
        ]
        if not found:
            raise NotFound(f"没有签发过第 {number} 号督办单", "用 devzone notice --list 查编号")
        then = books.issued(found[-1])
        notices = then.notices(found[-1].issued_on)
        notice = next(own for own in notices if (own.year, own.number) == (found[-1].year, found[-1].number))
        changed = NotTheSame(f"{notice.reference}和签发时不一样，没有写出")
        before = [other for other in notices if (other.year, other.number) < (notice.year, notice.number)]
        ledger = then.ledger(notice.issued_on, Selection(notice.policy))  # its measure may have another number now
        duty = next((duty for duty in ledger.duties if duty.key == notice.key), None)
        if duty is None:
            raise changed
        slip = _slip(then, ledger, duty, notice, _earlier(then, ledger, before, duty))
    settings = context.settings.of_edition(notice.edition)
    paper = _made(settings, slip, [form for form, _ in notice.files])
    if paper.slip.notice.files != notice.files:
        raise changed
    return paper


def _slips(
    books: Books, settings: Settings, wanted: Wanted, draft: Callable[[Slip, str], Slip]
) -> tuple[int, list[Slip], list[str]]:
    """How many slips there are already, those to issue, and what is to be told of the others."""
    today = settings.today
    notices = books.notices(today)
    ledger = books.ledger(today, wanted.selection)
    number = next_number(notices, today.year)
    slips: list[Slip] = []
    told: list[str] = []
    for duty in _duties(ledger, wanted, books.plan):
        earlier = _earlier(books, ledger, notices, duty)
        slip = _slip(books, ledger, duty, _blank(books, ledger, duty, number + len(slips)), earlier)
        if is_running(earlier, today):
            last = earlier[-1].notice
            told.append(
                f"{duty.unit}的措施{duty.measure}已有{slip_in_words(last)}，"
                f"{chinese_day(last.reply_due)}前回复，期限没有过，没有再发"
            )
            continue
        slip = draft(slip, "" if slip.is_letter else next_colour(earlier, duty, today))
        if not slip.notice.asked:
            slip = slip._replace(notice=slip.notice._replace(asked=_sentences(settings, slip)["ask"]))
        slips.append(slip)
    return len(notices), slips, told


def _duties(ledger: Ledger, wanted: Wanted, plan: Plan) -> list[Duty]:
    """The overdue duties that are meant; with a measure and none of its duties overdue, the one that is meant there.

    `plan` is the whole of it, by which a measure is told.
    """
    found: list[Duty] = []
    for name in wanted.units:
        own = [duty for duty in ledger.duties if duty.unit == name]
        named = wanted.milestone or wanted.period
        overdue = [duty for duty in own if duty.signal == "overdue" and duty.state in MOVES["urge"].moves]
        if wanted.selection.measures is not None and (named or not overdue):
            ((policy, measure),) = [(policy, measure) for policy in ledger.plan for measure in policy.measures]
            number = plan.number_of(policy.id, measure.number)
            duty = choose_duty(own, measure, name, "urge", wanted.milestone, wanted.period, number)
            # A slip is an urging on paper: it is refused by the same rule.
            check_act(duty, Act("urge", ledger.day, "", {"means": "督办单"}).about(duty.key), number)
            valid_until = ledger.plan.policies[duty.policy].valid_until
            if duty.due is None and ledger.day > valid_until:
                over = ended(chinese_day(valid_until))
                raise Refused(f"{name} 的这项任务没有时限，政策{over}，没有可督办的", "有时限而没有办结的任务仍可督办")
            overdue = [duty]
        elif named:
            raise WrongUsage("--milestone 和 --period 要和 --measure 一起用", "用 --measure 指明是哪一条措施")
        found += by_urgency(overdue)
    return found


def _earlier(books: Books, ledger: Ledger, notices: Iterable[Notice], duty: Duty) -> tuple[Sent, ...]:
    acts = books.acts(ledger.day, ledger.keys(duty))
    return tuple(sent(notice, acts) for notice in notices if notice.key == duty.key)


def _blank(books: Books, ledger: Ledger, duty: Duty, number: int) -> Notice:
    from sm_devzone.storage.official_days import is_official_workday

    policy = ledger.plan.policies[duty.policy]
    due, basis = reply_limit(policy, ledger.day, is_official_workday)
    seal = books.journal.seal()
    return Notice(
        number=number,
        year=ledger.day.year,
        **duty.key._asdict(),
        colour="",
        issued_on=ledger.day,
        reply_due=due,
        workdays=policy.reply_workdays,
        basis=basis,
        position=books.position,
        asked="",
        reason=None,
        recorded_by="",
        plans=books.plans,
        code=policy.notice_code or "",
        sealed=seal.number if seal else None,
    )


def _slip(books: Books, ledger: Ledger, duty: Duty, notice: Notice, earlier: tuple[Sent, ...]) -> Slip:
    policy = ledger.plan.policies[duty.policy]
    measure = policy.measure(duty.measure)
    assert measure is not None
    (duty,) = books.with_words([duty], ledger)
    seal = books.journal.seal(notice.sealed) if notice.sealed else None
    return Slip(notice, policy, measure, duty, ledger.record(duty), earlier, seal.code if seal else "")


def _made(settings: Settings, slip: Slip, formats: Iterable[str]) -> Issue:
    contents = {form: FORMATS[form](settings, slip) for form in formats}
    files = tuple((form, digest(content)) for form, content in contents.items())
    return Issue(slip._replace(notice=slip.notice._replace(files=files)), contents)
