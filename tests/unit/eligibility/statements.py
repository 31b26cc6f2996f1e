# ruff: noqa: E501 (a statement a line reads better than a wrapped one)
"""Every row of eligibility_statements.csv as a criterion, with a patient that passes, one that fails, one unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hand_made import Patient, on

Make = Callable[[Patient], Patient]


class Statement(NamedTuple):
    """A criterion (YAML), the variables that it declares, and what is recorded of the three patients.

    ``passes`` and ``fails`` sit on both sides of the limit where there is one.
    """

    criterion: str
    passes: Make
    fails: Make
    unknown: Make
    variables: str = ""


def nothing(patient: Patient) -> Patient:
    return patient


def laboratory(test: str, unit: str, *, limit: str = "", window: str = "14 days") -> Callable[..., Statement]:
    """A laboratory limit: the value on it passes, one beyond it fails, one without a unit is unknown."""

    def statement(compare: str, good: str, bad: str, code: str = "", **cells: str) -> Statement:
        high = {"LBSTNRHI": limit} if limit else {}
        said = "xULN" if limit else unit
        within = f", window: {window}" if window else ""
        return Statement(
            f"{{variable: {code or test}, {compare}, unit: {said}{within}}}",
            lambda p: p.lab(test, good, unit, **high, **cells),
            lambda p: p.lab(test, bad, unit, **high, **cells),
            # Without its upper limit, or without its unit, a value decides nothing.
            lambda p: p.lab(test, good, unit if limit else None, **cells),
        )

    return statement


def flagged(name: str, domain: str, where: str, row: Make, *, other: Make, more: str = "") -> Statement:
    """An exclusion by something on record: none of it passes where the form was filled, and is unknown where not."""
    return Statement(
        f"{{kind: exclusion, variable: {name}, is_true: true}}",
        other,
        row,
        nothing,
        f"{name}: {{from: {domain}, where: {{{where}}}, absence: negative{more}}}",
    )


def history(term: str, day: int | None = -400, **cells: str | None) -> Make:
    return lambda p: p.add("MH", MHTERM=term, MHDECOD=term, MHSTDTC=None if day is None else on(day), **cells)


def drug(name: str, start: int, end: int | None, **cells: str) -> Make:
    return lambda p: p.add(
        "CM", CMTRT=name, CMDECOD=name, CMSTDTC=on(start), CMENDTC=None if end is None else on(end), **cells
    )


def procedure(name: str, day: int) -> Make:
    return lambda p: p.add("PR", PRTRT=name, PRDECOD=name, PRSTDTC=on(day))


def judged(name: str, kind: str = "inclusion") -> Statement:
    """A statement that people answer: under the id, or its first eight characters."""
    good, bad = ("Y", "N") if kind == "inclusion" else ("N", "Y")
    return Statement(
        f"{{id: {name}, kind: {kind}, judged_by: investigator}}",
        lambda p: p.answer(name.upper(), good, kind.upper()),
        lambda p: p.answer(name.replace("_", "").upper()[:8] if len(name) > 8 else name.upper(), bad, kind.upper()),
        nothing,
    )


def child_pugh(total: int) -> Make:
    """A patient of 5 to 8 points under every version of the table."""

    def add(p: Patient) -> Patient:
        extra = total - 5
        bilirubin = ("20", "40", "60")[min(extra, 2)]
        p.lab("BILI", bilirubin, "umol/L").lab("ALB", ("40", "32")[extra > 2], "g/L").lab("INR", "1.0", "ratio")
        p.ask("CPS0101", "1", category="CHILD-PUGH")
        return p.ask("CPS0102", "1" if extra < 4 else "2", category="CHILD-PUGH")

    return add


def both(*parts: Make) -> Make:
    def add(p: Patient) -> Patient:
        for part in parts:
            p = part(p)
        return p

    return add


def scan(p: Patient) -> Patient:
    """A baseline scan ten days before registration."""
    row: dict[str, str | None] = {"TRGRPID": "TARGET", "TRLNKID": "T1", "TRTESTCD": "LDIAM", "TRSTRESC": "30"}
    p.add("TU", TULNKID="T1", TUORRES="TARGET", TULOC="LIVER", TUDTC=on(-10))
    return p.add("TR", **row, TRSTRESN="30", TRSTRESU="mm", VISITNUM="1", TRDTC=on(-10))


OTHER_HISTORY = history("HYPERTENSION")
OTHER_DRUG = drug("PARACETAMOL", -30, -20)
OTHER_PROCEDURE = procedure("BIOPSY", -300)


def dosed(p: Patient) -> Patient:
    return p.add("EX", EXTRT="pdl1", EXDOSE="1200", EXDOSU="mg", EXSTDTC=on(0))


GCSF = "gcsf: {from: CM, where: {CMDECOD: [FILGRASTIM]}, take: date, absence: negative}"
PLATELETS = "transfused: {from: PR, where: {PRDECOD: [PLATELET TRANSFUSION]}, take: date, absence: negative}"
ALBUMIN = "albumin_given: {from: CM, where: {CMDECOD: [ALBUMIN]}, take: date, absence: negative}"

STATEMENTS: dict[str, Statement] = {
    "E001": Statement(
        "{variable: age, at_least: 18, at_most: 75, unit: years, before: consent}",
        lambda p: p, lambda p: p, lambda p: p,
    ),  # the ages come with the patients, see test_statements
    "E002": Statement(
        "{variable: extrahepatic_spread, is_true: true}",
        lambda p: p.add("TU", TULNKID="T1", TUORRES="TARGET", TULOC="LUNG", TUDTC=on(-5)),
        lambda p: p.add("TU", TULNKID="T1", TUORRES="TARGET", TULOC="LIVER", TUDTC=on(-5)),
        nothing,
    ),
    "E003": flagged("prior", "CM", "CMDECOD: [ATEZOLIZUMAB, DURVALUMAB, BEVACIZUMAB]", drug("ATEZOLIZUMAB", -200, -100),
                    other=OTHER_DRUG),
    "E004": Statement("{variable: child_pugh_score, at_most: 7, unit: points, window: 7 days}", child_pugh(7),
                      child_pugh(8), nothing),
    "E005": Statement("{variable: child_pugh_score, at_most: 6, window: 7 days}", child_pugh(6), child_pugh(7), nothing),
    "E006": Statement('{variable: ecog, one_of: ["0", "1"], window: 7 days}', lambda p: p.ask("ECOG101", "1"),
                      lambda p: p.ask("ECOG101", "2"), lambda p: p.ask("ECOG101", "1", day=-8)),
    "E007": judged("prior_immunotherapy_progression"),
    "E008": Statement(
        '{any: [{variable: proof, one_of: [HISTOLOGY, CYTOLOGY]},'
        ' {all: [{variable: proof, one_of: [AASLD]}, {variable: cirrhosis, is_true: true}]}]}',
        lambda p: history("LIVER CIRRHOSIS")(history("HCC", -20, MHCAT="PROOF", MHSCAT="AASLD")(p)),
        history("HCC", -20, MHCAT="PROOF", MHSCAT="AASLD"),
        OTHER_HISTORY,
        "proof: {from: MH, where: {MHCAT: [PROOF]}, take: text, column: MHSCAT}\n"
        "cirrhosis: {from: MH, where: {MHDECOD: [LIVER CIRRHOSIS]}, absence: negative}",
    ),
    "E009": Statement(
        "{variable: measurable, at_least: 1}",
        lambda p: p.ask("NMEAS", "1", category="LESIONS"), lambda p: p.ask("NMEAS", "0", category="LESIONS"), nothing,
        "measurable: {from: QS, where: {QSTESTCD: [NMEAS]}, take: number, column: QSSTRESC}",
    ),
    "E010": judged("life_expectancy"),
    "E011": Statement(
        "{all: [{variable: ANC, at_least: 1.5, unit: 10^9/L, window: 14 days}, {variable: gcsf, not_within: 14 days}]}",
        both(OTHER_DRUG, lambda p: p.lab("NEUT", "1500", "/mm3", -14)),
        both(drug("FILGRASTIM", -20, -14), lambda p: p.lab("NEUT", "1.5", "10^9/L")),
        both(OTHER_DRUG, lambda p: p.lab("NEUT", "1.5", "10^9/L", -15)), GCSF,
    ),
    "E012": laboratory("LYM", "10^9/L")("at_least: 0.5", "0.5", "0.49"),
    "E013": Statement(
        "{all: [{variable: PLT, at_least: 75, unit: 10^9/L, window: 14 days}, {variable: transfused, not_within: 14 days}]}",
        both(OTHER_PROCEDURE, lambda p: p.lab("PLAT", "75", "10^9/L")),
        both(OTHER_PROCEDURE, lambda p: p.lab("PLAT", "74.9", "10^9/L")),
        lambda p: p.lab("PLAT", "80", "10^9/L"), PLATELETS,
    ),
    "E014": laboratory("HGB", "g/dL")("at_least: 9", "9.0", "8.9"),
    "E015": Statement(
        "{all: [{variable: AST, at_most: 5, unit: xULN, window: 14 days}, {variable: ALT, at_most: 5, unit: xULN, window: 14 days}]}",
        lambda p: p.lab("AST", "200", "U/L", LBSTNRHI="40").lab("ALT", "225", "U/L", LBSTNRHI="45"),
        lambda p: p.lab("AST", "200", "U/L", LBSTNRHI="40").lab("ALT", "201", "U/L", LBSTNRHI="40"),
        lambda p: p.lab("AST", "200", "U/L", LBSTNRHI="40").lab("ALT", "100", "U/L"),
    ),
    "E016": laboratory("ALP", "U/L", limit="120")("at_most: 5", "600", "600.1"),
    "E017": laboratory("BILI", "umol/L", limit="20.5")("at_most: 3", "61.5", "61.6", code="TBIL"),
    "E018": Statement(
        "{all: [{variable: ALB, at_least: 28, unit: g/L}, {variable: albumin_given, not_within: 14 days}]}",
        both(OTHER_DRUG, lambda p: p.lab("ALB", "2.8", "g/dL")), both(OTHER_DRUG, lambda p: p.lab("ALB", "27.9", "g/L")),
        lambda p: p.lab("ALB", "30", "g/L"), ALBUMIN,
    ),
    "E019": Statement(
        "{any: [{variable: CREAT, at_most: 1.5, unit: xULN}, {variable: crcl, at_least: 60, unit: mL/min}]}",
        lambda p: p.lab("CREAT", "150", "umol/L", LBSTNRHI="100"),
        lambda p: p.lab("CREAT", "151", "umol/L", LBSTNRHI="100").vital("WEIGHT", "60", "kg"),
        lambda p: p.lab("CREAT", "151", "umol/L", LBSTNRHI="100"),
    ),
    "E020": Statement(
        "{variable: INR, at_most: 1.5}", lambda p: p.lab("INR", "1.5", None), lambda p: p.lab("INR", "1.51", "ratio"),
        lambda p: p.lab("INR", "1.2", "%"),
    ),
    "E021": Statement(
        "{any: [{variable: dipstick, less_than: 2}, {variable: UPROT24, less_than: 1, unit: g/24h}]}",
        lambda p: p.lab("PROT", "2+", None).lab("UPROT24", "999", "mg/24h"),
        lambda p: p.lab("PROT", "2+", None).lab("UPROT24", "1000", "mg/24h"),
        lambda p: p.lab("PROT", "2+", None),
        'dipstick: {from: LB, where: {LBTESTCD: [PROT]}, take: number, column: LBORRES,'
        ' scale: {NEGATIVE: 0, TRACE: 0.5, "1+": 1, "2+": 2, "3+": 3, "4+": 4}}',
    ),
    "E022": Statement(
        "{all: [{variable: HBVDNA, less_than: 500, unit: IU/mL, window: 28 days}, {variable: antiviral, is_true: true}]}",
        both(drug("ENTECAVIR", -30, None), lambda p: p.lab("HBVDNA", "<20", "IU/mL")),
        both(drug("ENTECAVIR", -30, None), lambda p: p.lab("HBVDNA", "500", "IU/mL")),
        both(drug("ENTECAVIR", -30, None), lambda p: p.lab("HBVDNA", "<1000", "IU/mL")),
        "antiviral: {from: CM, where: {CMDECOD: [ENTECAVIR, TENOFOVIR]}, absence: negative}",
    ),
    "E023": Statement(
        "{variable: antiviral_days, at_least: 7, unit: days}", drug("ENTECAVIR", -7, None), drug("ENTECAVIR", -6, None),
        nothing,
        "antiviral_days: {from: CM, where: {CMDECOD: [ENTECAVIR]}, take: days, which: first, unit: days}",
    ),
    "E024": Statement(
        "{kind: exclusion, all: [{variable: hbv, is_true: true}, {variable: hcv, is_true: true}]}",
        history("HEPATITIS B"), both(history("HEPATITIS B"), history("HEPATITIS C")), nothing,
        "hbv: {from: MH, where: {MHDECOD: [HEPATITIS B]}, absence: negative}\n"
        "hcv: {from: MH, where: {MHDECOD: [HEPATITIS C]}, absence: negative}",
    ),
    "E025": Statement(
        "{variable: egd, within: 6 months, before: first_dose}", both(procedure("EGD", -182), dosed),
        both(procedure("EGD", -183), dosed), both(OTHER_PROCEDURE, dosed), "egd: {from: PR, where: {PRTRT: [EGD]}, take: date}",
    ),
    "E026": Statement(
        "{kind: exclusion, variable: bleeding, within: 6 months}", history("VARICEAL BLEEDING", -183),
        history("VARICEAL BLEEDING", -182), nothing,
        "bleeding: {from: MH, where: {MHDECOD: [VARICEAL BLEEDING]}, take: date, absence: negative}",
    ),
    "E027": Statement(
        "{kind: exclusion, variable: infarction, within: 3 months}", history("STROKE", -91), history("STROKE", -90),
        lambda p: p.add("MH", MHTERM="STROKE", MHDECOD="STROKE", MHSTDTC="2024-12"),
        "infarction: {from: MH, where: {MHDECOD: [MYOCARDIAL INFARCTION, STROKE]}, take: date, absence: negative}",
    ),
    "E028": flagged("autoimmune", "MH", "MHCAT: [AUTOIMMUNE DISEASE]",
                    lambda p: p.add("MH", MHTERM="LUPUS", MHCAT="AUTOIMMUNE DISEASE", MHSTDTC="2010"), other=OTHER_HISTORY),
    "E029": Statement(
        "{kind: exclusion, variable: anticoagulated, within: 1 day}", drug("WARFARIN", -60, -10),
        drug("WARFARIN", -60, None, CMENRTPT="ONGOING"), drug("WARFARIN", -60, None),
        "anticoagulated: {from: CM, where: {CMDECOD: [WARFARIN, ENOXAPARIN]}, take: date, absence: negative}",
    ),
    "E030": flagged("encephalopathic", "MH", "MHDECOD: [HEPATIC ENCEPHALOPATHY]", history("HEPATIC ENCEPHALOPATHY", None),
                    other=OTHER_HISTORY),
    "E031": Statement(
        '{variable: lvef, at_least: 50, unit: "%"}', lambda p: p.vital("LVEF", "50", "%"),
        lambda p: p.vital("LVEF", "49.9", "%"), lambda p: p.vital("LVEF", "60", None),
        'lvef: {from: VS, where: {VSTESTCD: [LVEF]}, take: number, column: VSSTRESN, unit: "%"}',
    ),
    "E032": Statement(
        "{any: [{variable: TSH, at_most: 1, unit: xULN}, {all: [{variable: FT3, at_least: 3.1, at_most: 6.8, unit: pmol/L},"
        " {variable: FT4, at_least: 12, at_most: 22, unit: pmol/L}]}]}",
        lambda p: p.lab("TSH", "5.1", "mIU/L", LBSTNRHI="4.2").lab("T3FR", "5", "pmol/L").lab("T4FR", "22", "pmol/L"),
        lambda p: p.lab("TSH", "5.1", "mIU/L", LBSTNRHI="4.2").lab("T4FR", "22.1", "pmol/L"),
        lambda p: p.lab("TSH", "5.1", "mIU/L", LBSTNRHI="4.2").lab("T3FR", "5", "pmol/L"),
    ),
    "E033": Statement(
        "{variable: local_therapy, not_within: 27 days, before: baseline_scan}",
        both(procedure("TACE", -38), scan), both(procedure("TACE", -37), scan), nothing,
        "local_therapy: {from: PR, where: {PRDECOD: [TACE, ABLATION, RADIOTHERAPY]}, take: date, absence: negative}",
    ),
    "E034": Statement(
        "{any: [{variable: sex, one_of: [M]}, {variable: pregnancy, one_of: [NEGATIVE], window: 3 days}]}",
        lambda p: p.lab("HCG", "NEGATIVE", None, -3),
        lambda p: p.lab("HCG", "POSITIVE", None, -3),
        lambda p: p.lab("HCG", "NEGATIVE", None, -4),
        "pregnancy: {from: LB, where: {LBTESTCD: [HCG]}, take: text, column: LBORRES}",
    ),
    "E035": judged("contraception"),
    "E036": Statement(
        "{variable: sorafenib_days, at_least: 20, unit: days, window: 28 days}",
        drug("SORAFENIB", -60, -8, CMDOSE="400"),
        drug("SORAFENIB", -60, -9, CMDOSE="400"), drug("SORAFENIB", -60, None, CMDOSE="400"),
        "sorafenib_days: {from: CM, where: {CMDECOD: [SORAFENIB]}, where_at_least: {CMDOSE: 400}, take: covered_days,"
        " unit: days}",
    ),
    "E037": judged("haic_anatomy", "exclusion"),
    "E038": flagged("dpyd", "MH", "MHDECOD: [DPYD DEFICIENCY]", history("DPYD DEFICIENCY"), other=OTHER_HISTORY),
    "E039": Statement(
        "{kind: exclusion, variable: surgery, within: 28 days}",
        procedure("RESECTION", -29), procedure("RESECTION", -28), nothing,
        "surgery: {from: PR, where: {PRDECOD: [RESECTION]}, take: date, absence: negative}",
    ),
    "E040": Statement(
        "{kind: exclusion, any: [{variable: sysbp, more_than: 150, unit: mmHg}, {variable: diabp, more_than: 100}]}",
        lambda p: p.vital("SYSBP", "150", "mmHg").vital("DIABP", "100", "mmHg"),
        lambda p: p.vital("SYSBP", "120", "mmHg").vital("DIABP", "101", "mmHg"),
        lambda p: p.vital("SYSBP", "120", "mmHg"),
    ),
    "E041": Statement(
        "{kind: exclusion, variable: steroid, within: 14 days}", drug("PREDNISONE", -40, None, CMDOSE="10"),
        drug("PREDNISONE", -40, -14, CMDOSE="10.5"), nothing,
        "steroid: {from: CM, where: {CMDECOD: [PREDNISONE]}, where_at_least: {CMDOSE: 10.000001}, take: date,"
        " absence: negative}",
    ),
    "E042": Statement(
        "{kind: exclusion, variable: vaccine, within: 28 days}", drug("YELLOW FEVER VACCINE", -29, -29),
        drug("YELLOW FEVER VACCINE", -28, -28), nothing,
        "vaccine: {from: CM, where: {CMDECOD: [YELLOW FEVER VACCINE]}, take: date, absence: negative}",
    ),
    "E043": flagged("transplant", "PR", "PRDECOD: [TRANSPLANT]", procedure("TRANSPLANT", -2000), other=OTHER_PROCEDURE),
    "E044": flagged("pneumonitis", "MH", "MHDECOD: [INTERSTITIAL LUNG DISEASE, PNEUMONITIS]", history("PNEUMONITIS"),
                    other=OTHER_HISTORY),
    "E045": flagged("brain", "MH", "MHLOC: [BRAIN]",
                    lambda p: p.add("MH", MHTERM="METASTASIS", MHLOC="BRAIN", MHSTDTC=on(-30)), other=OTHER_HISTORY),
    "E046": flagged("fibrolamellar", "MH", "MHDECOD: [FIBROLAMELLAR CARCINOMA]", history("FIBROLAMELLAR CARCINOMA"),
                    other=OTHER_HISTORY),
    "E047": Statement(
        "{kind: exclusion, variable: qtcf, more_than: 480, unit: ms}", lambda p: p.vital("QTCF", "480", "ms"),
        lambda p: p.vital("QTCF", "481", "ms"), lambda p: p.vital("QTCF", "450", "s"),
        "qtcf: {from: VS, where: {VSTESTCD: [QTCF]}, take: number, column: VSSTRESN, unit: ms}",
    ),
    "E048": flagged("hiv", "MH", "MHDECOD: [HIV INFECTION]", history("HIV INFECTION"), other=OTHER_HISTORY),
}  # fmt: skip
