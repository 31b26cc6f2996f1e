"""What was entered as response beside what follows from the lesions, and the readers beside each other."""

from __future__ import annotations

from onearm.derive.discordance import NOT_ENTERED
from onearm.estimates.agreement import ORDERED, Account, Agreement, Comparison, Crossed, DatesCompared
from onearm.report.numbers import ratio_text, share_text
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say, say_code
from onearm.report.table import Cell, Row, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld
from onearm.stats.kappa import Kappa


def agreement_section(view: View) -> tuple[Section, ...]:
    """The section, where there is anything to compare."""
    comparison = view.analysis.comparison
    if comparison is None:
        return ()
    options = view.analysis.protocol.response_options
    is_source = options is not None and options.response_source == "reported"
    by_criterion = [one for one in comparison.agreements if one.first.name]
    is_concordance = len(by_criterion) == len(comparison.agreements) > 0 and not comparison.compared
    blocks: list[Block] = []
    if not is_concordance:
        blocks.append(Prose((say("agreement.lead_reported" if is_source else "agreement.lead"),)))
    if by_criterion:
        blocks.append(Prose((say("agreement.lead_criteria"),)))
    if not comparison.agreements:
        blocks.append(Prose((say("agreement.alone"),)))
        return (Section("agreement", say("section.agreement"), tuple(blocks)),)
    if comparison.unread:
        readings = ", ".join(reading.label for reading in comparison.unread)
        blocks.append(Prose((say("agreement.unread", readings=readings),), tone="warning"))
    blocks.append(_agreement_table(view, comparison))
    if view.shows_patients:
        blocks += [_dates_table(view, comparison), _cross_table(comparison)]
        blocks += [] if is_concordance else [_discordance_table(view, comparison)]
    title = "section.concordance" if is_concordance else "section.agreement"
    return (Section("agreement", say(title), tuple(blocks)),)


def _accounts(agreement: Agreement) -> str:
    return f"{_account(agreement.first)} / {_account(agreement.second)}"


def _account(account: Account) -> str:
    if account.name:
        return say_code("criterion", account.name)
    return say(f"account.{account.source}", reading=account.reading.label.lower())


def _agreement_table(view: View, comparison: Comparison) -> Table:
    rows = []
    for agreement in comparison.agreements:
        label = text_cell(_accounts(agreement))
        rows += [
            [label, text_cell(say(f"agreement.{crossed.unit}")), *_crossed_cells(view, crossed)]
            for crossed in (agreement.visits, agreement.best)
        ]
        rows.append([label, text_cell(say("agreement.responders")), *_responder_cells(view, agreement)])
    head = columns(
        ("accounts", say("col.accounts")),
        ("unit", say("col.unit")),
        ("pairs", say("col.pairs"), True),
        ("left_out", say("col.left_out"), True),
        ("agreed", say("col.agreed"), True),
        ("agreed_percent", say("col.agreed_percent"), True),
        ("kappa", say("col.kappa"), True),
        ("kappa_limits", say("col.kappa_limits"), True),
        ("weighted", say("col.weighted_kappa"), True),
        ("weighted_limits", say("col.weighted_limits"), True),
    )
    return Table("agreement", say("table.agreement"), head, rows_of(rows), (say("note.agreement"),))


def _may_tell(view: View, crossed: Crossed) -> bool:
    """A share of agreement tells how many patients differ: withheld from the public where those are few."""
    if view.shows_patients:
        return True
    told = view.disclosure.may_tell(crossed.subjects)
    return told and (crossed.unit == "best" or not crossed.differing) and view.disclosure.may_tell(crossed.differing)


def _crossed_cells(view: View, crossed: Crossed) -> list[Cell]:
    if not _may_tell(view, crossed):
        return [withheld(SMALL_UNKNOWN)] * 8
    n, agreed = crossed.n, crossed.n_agreed
    return [
        Cell(n, str(n)),
        Cell(crossed.n_left_out, str(crossed.n_left_out)) if view.shows_patients else withheld(SMALL_UNKNOWN),
        Cell(agreed, str(agreed)),
        Cell(agreed / n if n else None, ratio_text(agreed, n)),
        *_kappa_cells(crossed.kappa),
        *_kappa_cells(crossed.weighted),
    ]


def _responder_cells(view: View, agreement: Agreement) -> list[Cell]:
    kappa = agreement.responders
    if not view.shows_patients:
        return [withheld(SMALL_UNKNOWN)] * 8
    agreed = 0 if kappa.observed is None else round(kappa.observed * kappa.n)
    alone = agreement.in_one_only
    return [
        Cell(kappa.n, str(kappa.n)), Cell(len(alone), str(len(alone))), Cell(agreed, str(agreed)),
        Cell(kappa.observed, ratio_text(agreed, kappa.n)), *_kappa_cells(kappa), no_value(), no_value(),
    ]  # fmt: skip


def _kappa_cells(kappa: Kappa) -> list[Cell]:
    if kappa.value is None:
        return [no_value(say(f"kappa.{kappa.reason}")), no_value()]
    value = Cell(kappa.value, share_text(kappa.value, 3))
    if kappa.lower is None or kappa.upper is None:
        return [value, no_value(say(f"kappa.{kappa.reason}"))]
    limits = f"{share_text(kappa.lower, 3)} to {share_text(kappa.upper, 3)}"
    return [value, Cell(limits, limits)]


def _dates_table(view: View, comparison: Comparison) -> Table:
    rows = [
        [text_cell(_accounts(agreement)), text_cell(say(f"agreement.event.{dates.event}")), *_date_cells(view, dates)]
        for agreement in comparison.agreements
        for dates in agreement.dates
    ]
    head = columns(
        ("accounts", say("col.accounts")),
        ("event", say("col.event")),
        ("same", say("col.same_day"), True),
        ("earlier", say("col.second_earlier"), True),
        ("later", say("col.second_later"), True),
        ("only_first", say("col.only_first"), True),
        ("only_second", say("col.only_second"), True),
        ("median_days", say("col.median_difference"), True),
    )
    return Table("agreement_dates", say("table.agreement_dates"), head, rows_of(rows), (say("note.agreement_dates"),))


def _date_cells(view: View, dates: DatesCompared) -> list[Cell]:
    groups = [
        dates.same, [subject for subject, _ in dates.earlier], [subject for subject, _ in dates.later],
        dates.only_first, dates.only_second,
    ]  # fmt: skip
    middle = dates.median_days
    shown = no_value() if middle is None else Cell(middle, f"{middle:g}")
    return [*(view.count(group) for group in groups), shown]


def _cross_table(comparison: Comparison) -> Table:
    rows = []
    for agreement in comparison.agreements:
        for crossed in (agreement.visits, agreement.best):
            name = f"{_accounts(agreement)}: {say(f'agreement.{crossed.unit}').lower()}"
            for response, counts in zip(ORDERED, crossed.counts, strict=True):
                rows.append(
                    [text_cell(name), Cell(response, response, tone=response), *(Cell(n, str(n)) for n in counts)]
                )
    head = columns(
        ("accounts", say("col.accounts")),
        ("first", say("col.first_says")),
        *((f"second_{code.lower()}", say("col.second_says", response=code), True) for code in ORDERED),
    )
    return Table(
        "agreement_cross", say("table.agreement_cross"), head, rows_of(rows), (say("note.agreement_cross"),), long=True
    )


def _discordance_table(view: View, comparison: Comparison) -> Table:
    rows = [
        Row(
            (
                view.patient_cell(entry.subject),
                text_cell(entry.visit_name or entry.visit),
                text_cell(entry.reading.label.lower()),
                text_cell(say(f"component.{entry.component}")),
                _entered_cell(entry.entered),
                Cell(entry.derived, entry.derived, tone=entry.derived),
                Cell(entry.rule, _rule_words(entry.component, entry.rule)),
            ),
            patient=view.key(entry.subject),
        )
        for entry in comparison.differences
    ]
    head = columns(
        ("subject", say("col.patient")),
        ("visit", say("col.visit")),
        ("reading", say("col.reader")),
        ("component", say("col.component")),
        ("entered", say("col.entered")),
        ("derived", say("col.derived")),
        ("rule", say("col.by_rule")),
    )
    return Table(
        "discordance", say("table.discordance"), head, tuple(rows), (say("note.discordance"),), patient_level=True
    )


def _entered_cell(value: str) -> Cell:
    return text_cell(say("entered.not_entered")) if value == NOT_ENTERED else Cell(value, value, tone=value)


def _rule_words(component: str, rule: str) -> str:
    return say_code("best_reason" if component == "overall" else "target_rule", rule)
