"""Laboratory: worst grades, shifts from baseline, what could not be graded, Hy's law."""

from __future__ import annotations

from onearm.reference.ctcae import grade_rows
from onearm.report.figure_order import Order
from onearm.report.figures_laboratory import Peak, draw_liver
from onearm.report.page import Block, FigureBlock, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.table import Cell, Row, Table, columns, text_cell
from onearm.report.view import View
from onearm.safety.laboratory_results import LaboratoryResults
from onearm.safety.shift import GRADES, WorstGrades
from onearm.units import round_half_away


def laboratory_section(view: View) -> tuple[Section, ...]:
    """The section, or none where the protocol says nothing of safety or there are no values."""
    laboratory = _laboratory(view)
    if laboratory is None:
        return ()
    if laboratory.version is None:
        prose = Prose((say_html("laboratory.version_open"),), tone="warning")
        return (Section("laboratory", say("section.laboratory"), (prose,)),)
    blocks: list[Block] = [_about(laboratory), _worst_table(view, laboratory)]
    if view.shows_patients:
        blocks += [_shift_table(view, laboratory)]
        ungradable = _ungradable_table(laboratory)
        blocks += [ungradable] if ungradable.rows else []
        blocks += _liver_blocks(view, laboratory)
    return (Section("laboratory", say("section.laboratory"), tuple(blocks)),)


def order_laboratory(view: View) -> dict[str, Order]:
    """Peak bilirubin against peak transaminase; none for the public or where nobody has both."""
    laboratory = _laboratory(view)
    if laboratory is None or laboratory.version is None or not view.shows_patients:
        return {}
    peaks = _peaks(view, laboratory)
    if not peaks:
        return {}
    limits = laboratory.liver.limits
    arguments = {
        "peaks": peaks,
        "transaminase": limits.transaminase,
        "bilirubin": limits.bilirubin,
        "simulated": view.simulated,
    }
    return {"liver": Order(draw_liver, arguments)}


def _laboratory(view: View) -> LaboratoryResults | None:
    laboratory = view.analysis.path.laboratory
    if laboratory is None or view.analysis.protocol.safety is None or not laboratory.values.height:
        return None
    return laboratory


def _about(laboratory: LaboratoryResults) -> Prose:
    """Version, sources, and which tests rest on unconfirmed rows."""
    tests = {one.analyte for one in laboratory.worst}
    rows = [row for row in grade_rows() if row.version == laboratory.version and row.analyte in tests]
    paragraphs = [
        say_html("laboratory.version", version=laboratory.version),
        say_html("laboratory.sources", sources="; ".join(sorted({row.source for row in rows}))),
    ]
    doubtful = sorted({row.term for row in rows if row.mark == "unconfirmed"})
    if doubtful:
        paragraphs.append(say_html("laboratory.unconfirmed", tests=", ".join(doubtful)))
    return Prose(tuple(paragraphs), tone="note", id="laboratory-version")


def _worst_table(view: View, laboratory: LaboratoryResults) -> Table:
    head = columns(
        ("test", say("col.test")),
        ("direction", say("col.direction")),
        ("gradable", say("col.gradable"), True),
        *((f"grade_{grade}", say("col.grade", grade=grade), True) for grade in GRADES),
        ("severe", say("col.severe_share"), True),
        ("emergent", say("col.worse_than_baseline"), True),
        ("partly", say("col.could_be_higher"), True),
        ("not_gradable", say("col.not_gradable"), True),
    )
    rows = tuple(_worst_row(view, one) for one in laboratory.worst)
    return Table("laboratory_worst", say("table.laboratory_worst"), head, rows, (say("note.laboratory_worst"),))


def _worst_row(view: View, one: WorstGrades) -> Row:
    return Row(
        (
            text_cell(one.name),
            text_cell(say(f"direction.{one.direction}")),
            view.count(one.denominator),
            *view.counts_of_whole(list(one.by_grade)),
            view.share(one.severe, one.denominator, view.count(one.severe)),
            view.count(one.emergent),
            view.count(one.partly),
            view.count(one.not_gradable),
        )
    )


def _shift_table(view: View, laboratory: LaboratoryResults) -> Table:
    head = columns(
        ("test", say("col.test")),
        ("baseline", say("col.at_baseline")),
        *((f"grade_{grade}", say("col.grade", grade=grade), True) for grade in GRADES),
        ("patients", say("col.patients"), True),
    )
    rows = []
    for one in laboratory.worst:
        for before, groups in one.shift:
            label = say("baseline_grade.unknown") if before is None else say("col.grade", grade=before)
            whole = [subject for group in groups for subject in group]
            cells = (view.count(group) for group in groups)
            rows.append(Row((text_cell(one.name), text_cell(label), *cells, view.count(whole))))
    notes = (say("note.laboratory_shift"),)
    return Table("laboratory_shift", say("table.laboratory_shift"), head, tuple(rows), notes, long=True)


def _ungradable_table(laboratory: LaboratoryResults) -> Table:
    head = columns(("test", say("col.test")), ("reason", say("col.reason")), ("values", say("col.values"), True))
    rows = tuple(
        Row((text_cell(one.name), text_cell(say_code("grade_reason", reason)), Cell(count, str(count))))
        for one in laboratory.worst
        for reason, count in one.reasons
    )
    notes = (say("note.laboratory_ungradable"),)
    return Table("laboratory_ungradable", say("table.laboratory_ungradable"), head, rows, notes)


def _liver_blocks(view: View, laboratory: LaboratoryResults) -> list[Block]:
    """The patients with such a pair, cholestatic pairs too, under the limits used; then the figure."""
    signal = laboratory.liver
    limits = signal.limits
    notes = (
        say(
            "note.liver_signal",
            transaminase=limits.transaminase,
            bilirubin=limits.bilirubin,
            days=limits.window_days,
            cholestasis=limits.cholestasis,
            uln=signal.of_rule("uln").height,
            base=signal.of_rule("base").height,
            judged=len(signal.judged),
            not_judged=len(signal.not_judged),
        ),
        *((say("note.liver_unconfirmed", source=limits.source),) if limits.mark == "unconfirmed" else ()),
        *(() if signal.candidates.height else (say("liver.none"),)),
    )
    head = columns(
        ("subject", say("col.patient")),
        ("rule", say("col.liver_rule")),
        ("transaminase", say("col.transaminase")),
        ("bilirubin", say("col.bilirubin")),
        ("cholestasis", say("col.cholestasis")),
    )
    rows = tuple(_candidate(view, row) for row in signal.candidates.sort("USUBJID", "RULE").iter_rows(named=True))
    blocks: list[Block] = [
        Table("liver_signal", say("table.liver_signal"), head, rows, notes, patient_level=True, long=len(rows) > 12)
    ]
    peaks = _peaks(view, laboratory)
    if peaks:
        caption = say_html(
            "caption.liver", transaminase=limits.transaminase, bilirubin=limits.bilirubin, n=len(peaks)
        )  # fmt: skip
        blocks.append(FigureBlock("liver", say("figure.liver.title"), caption, linked=True))
    return blocks


def _candidate(view: View, row: dict[str, object]) -> Row:
    subject = str(row["USUBJID"])

    def told(test: str, prefix: str) -> str:
        value, reference = int(str(row[f"{prefix}VALUE"])), int(str(row[f"{prefix}REF"]))
        times = round_half_away(value / reference, 1)
        return f"{test} {times} × {row[f'{prefix}REFIS']}, {row[f'{prefix}DATE']}"

    return Row(
        (
            view.patient_cell(subject),
            text_cell(say(f"liver_rule.{row['RULE']}")),
            text_cell(told(str(row["TEST"]), "T")),
            text_cell(told("TBIL", "B")),
            text_cell(say(f"liver_state.{row['CHOLESTASIS']}")),
        ),
        patient=view.key(subject),
    )


def _peaks(view: View, laboratory: LaboratoryResults) -> list[Peak]:
    both = laboratory.liver.peaks.drop_nulls()
    return [
        Peak(view.key(subject), view.label(subject), transaminase, bilirubin)
        for subject, transaminase, bilirubin in both.iter_rows()
    ]
