"""Are the questionnaires known and their maps sound, and do thresholds and switches of quality of life fit together?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from onearm.errors import Finding, Place
from onearm.protocol.model import Protocol
from onearm.protocol.quality_parts import (
    ALL_SCALES,
    QUALITY_PATH,
    Deterioration,
    QualityOfLifePlan,
    QuestionnaireFile,
    questionnaires_of,
    scales_of,
)
from onearm.reference.questionnaires import Questionnaire, Scale, read_questionnaire, shipped_questionnaires


def read_questionnaire_files(
    plan: QualityOfLifePlan | None, folder: Path | None, places: Mapping[str, Place]
) -> tuple[dict[str, str], list[Finding]]:
    """The text of every map that a plan names, by its path; ``folder``: that of the protocol, None without one.

    A file that cannot be read (P651) or is no sound map is a finding.
    """
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for index, entry in enumerate(plan.instruments if plan is not None else ()):
        if not isinstance(entry, QuestionnaireFile):
            continue
        path = f"{QUALITY_PATH}.instruments.{index}.file"
        at = places.get(path, Place(path=path))
        text, reason = _read(folder, entry.file)
        if text is None:
            findings.append(
                Finding("P651", Place(at.file, at.line, at.column, path), {"found": entry.file, "reason": reason})
            )
            continue
        findings += read_questionnaire(text, entry.file)[1]
        texts[entry.file] = text
    return texts, findings


def _read(folder: Path | None, name: str) -> tuple[str | None, str]:
    if folder is None:
        return None, "the protocol comes from no file"
    if Path(name).is_absolute():
        return None, "the path is absolute"
    try:
        return (folder / name).read_text(encoding="utf-8-sig"), ""
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    except (OSError, ValueError) as error:
        return None, str(getattr(error, "strerror", None) or error)


def check_quality(protocol: Protocol) -> Iterator[Finding]:
    """Every fault of ``quality_of_life`` (P650, P655 to P661, P663, P664)."""
    plan = protocol.quality_of_life
    if plan is None:
        return
    unknown = list(_unknown(protocol, plan))
    yield from unknown
    yield from _schedule(protocol, plan)
    if plan.deterioration is not None:
        yield from _switches(protocol, plan.deterioration)
    if unknown:
        return
    questionnaires = questionnaires_of(plan, protocol.questionnaire_files)
    yield from _clashes(protocol, questionnaires)
    scales = scales_of(questionnaires)
    yield from _thresholds(protocol, plan, scales)
    for index, scale in enumerate(plan.deterioration.scales if plan.deterioration is not None else ()):
        if scale not in scales:
            yield _fault(protocol, "P658", f"deterioration.scales.{index}", found=scale, known=", ".join(scales))


def _fault(protocol: Protocol, code: str, path: str, **values: str) -> Finding:
    return Finding(code, protocol.place_of(f"{QUALITY_PATH}.{path}"), values)


def _unknown(protocol: Protocol, plan: QualityOfLifePlan) -> Iterator[Finding]:
    known = shipped_questionnaires()
    for index, entry in enumerate(plan.instruments):
        path = f"instruments.{index}"
        if isinstance(entry, str) and entry not in known:
            yield _fault(protocol, "P650", path, found=entry, known=", ".join(known))
        elif isinstance(entry, QuestionnaireFile) and entry.file not in protocol.questionnaire_files:
            yield _fault(protocol, "P651", path, found=entry.file, reason="its text is not in the protocol")


def _schedule(protocol: Protocol, plan: QualityOfLifePlan) -> Iterator[Finding]:
    if plan.schedule == "own" and plan.calendar is None:
        yield _fault(protocol, "P656", "schedule", found="own, and no calendar")
    if plan.schedule != "own" and plan.calendar is not None:
        yield _fault(protocol, "P656", "calendar", found="a calendar, and another schedule")
    if plan.schedule == "scans" and protocol.tumour.calendar is None:
        yield _fault(protocol, "P656", "schedule", found="scans, and no tumour.calendar")
    if plan.calendar is not None and plan.calendar.window_days is not None:
        yield _fault(protocol, "P663", "calendar.window_days")


def _switches(protocol: Protocol, plan: Deterioration) -> Iterator[Finding]:
    if plan.confirmation != "next_form" and plan.last_form is not None:
        yield _fault(protocol, "P659", "deterioration.last_form", found=plan.last_form)


def _clashes(protocol: Protocol, questionnaires: tuple[Questionnaire, ...]) -> Iterator[Finding]:
    """Codes of scales and of items say by themselves of which questionnaire they are."""
    for code, count in Counter(s.code for questionnaire in questionnaires for s in questionnaire.scales).items():
        if count > 1:
            yield _fault(protocol, "P655", "instruments", scale=code, where=f"{count} questionnaires")
    for category, count in Counter(c for questionnaire in questionnaires for c in questionnaire.categories).items():
        if count > 1:
            yield _fault(protocol, "P661", "instruments", category=category, count=str(count))


def _thresholds(protocol: Protocol, plan: QualityOfLifePlan, scales: Mapping[str, Scale]) -> Iterator[Finding]:
    for code, threshold in plan.thresholds.items():
        if code != ALL_SCALES and code not in scales:
            yield _fault(protocol, "P657", f"thresholds.{code}", found=code, known=", ".join((ALL_SCALES, *scales)))
            continue
        widest = max(s.high - s.low for s in (scales.values() if code == ALL_SCALES else (scales[code],)))
        for name in ("improvement", "worsening"):
            points = getattr(threshold, name)
            if points > widest:
                at = f"thresholds.{code}.{name}"
                yield _fault(protocol, "P660", at, found=str(points), widest=str(widest))
            if points.as_tuple().exponent < -4:
                yield _fault(protocol, "P664", f"thresholds.{code}.{name}", found=str(points))
