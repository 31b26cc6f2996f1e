"""Tables of treatment and harm: medications, procedures, doses planned and given, adverse events."""

from __future__ import annotations

from onearm.records.schema_model import (
    TableSchema,
    code,
    date,
    decimal,
    identifier,
    open_code,
    opening,
    text,
    visit,
)

ANTICANCER_CATEGORY = "ANTI-CANCER THERAPY"
"""CM.CMCAT (and PR.PRCAT) of a therapy against the tumour that is not part of the trial."""

PROCEDURE_CODES = (
    "RESECTION",
    "TRANSPLANT",
    "ABLATION",
    "TACE",
    "TARE",
    "HAIC",
    "RADIOTHERAPY",
    "BIOPSY",
)
"""Codes of PR.PRDECOD that the derivations know."""

MARGINS = ("R0", "R1", "R2", "RX")
PATHOLOGICAL_RESPONSES = ("pCR", "MPR", "OTHER")

CM = TableSchema(
    "CM",
    "Concomitant medications",
    (
        *opening("CM"),
        *(column.valued() for column in text("CMTRT")),
        *text("CMDECOD", "CMCAT", "CMSCAT", "CMINDC"),
        decimal("CMDOSE"),
        *text("CMDOSU", "CMDOSFRQ", "CMROUTE", "CMENRTPT"),
        date("CMSTDTC", happens=True).present(),
        date("CMENDTC"),
    ),
    periods=(("CMSTDTC", "CMENDTC"),),
)

PR = TableSchema(
    "PR",
    "Procedures",
    (
        *opening("PR"),
        identifier("PRLNKID"),
        *(column.valued() for column in text("PRTRT")),
        open_code("PRDECOD", *PROCEDURE_CODES).present(),
        *text("PRCAT", "PRINDC", "PRLOC"),
        code("PROCCUR", "Y", "N"),
        *text("PRREASND"),
        code("PRMARGIN", *MARGINS).meant("Tumour at the margin: R0 none, R1 microscopic, R2 by eye, RX not known."),
        code("PRPATHR", *PATHOLOGICAL_RESPONSES).meant(
            "Pathological response of what was taken out: pCR complete, MPR major, OTHER. Listed, never a response."
        ),
        decimal("PRVIABLE").meant("Viable tumour in what was taken out, in percent."),
        date("PRSTDTC", happens=True).present(),
        date("PRENDTC"),
    ),
    periods=(("PRSTDTC", "PRENDTC"),),
)

EC = TableSchema(
    "EC",
    "Exposure as collected",
    (
        *opening("EC"),
        *(column.valued() for column in text("ECTRT")),
        code("ECMOOD", "SCHEDULED", "PERFORMED"),
        code("ECOCCUR", "Y", "N"),
        decimal("ECDOSE"),
        *text("ECDOSU", "ECDOSFRM", "ECDOSFRQ", "ECROUTE", "ECADJ", "ECLOT"),
        *visit(),
        date("ECSTDTC").present(),
        date("ECENDTC"),
    ),
    periods=(("ECSTDTC", "ECENDTC"),),
)

EX = TableSchema(
    "EX",
    "Exposure",
    (
        *opening("EX"),
        *(column.valued() for column in text("EXTRT")),
        decimal("EXDOSE").present(),
        *text("EXDOSU", "EXDOSFRM", "EXDOSFRQ", "EXROUTE", "EXADJ"),
        *visit(),
        date("EXSTDTC", happens=True).valued(),
        date("EXENDTC"),
    ),
    key=("USUBJID", "EXTRT", "EXSTDTC", "EXROUTE"),
    results=("EXDOSE", "EXDOSU", "EXENDTC"),
    repeats=True,
    periods=(("EXSTDTC", "EXENDTC"),),
)

AE = TableSchema(
    "AE",
    "Adverse events",
    (
        *opening("AE"),
        *(column.valued() for column in text("AETERM")),
        *text("AEDECOD", "AEBODSYS", "AESOC"),
        code("AESEV", "MILD", "MODERATE", "SEVERE"),
        code("AETOXGR", "1", "2", "3", "4", "5"),
        code("AESER", "Y", "N"),
        *text("AEACN", "AEREL"),
        code(
            "AEOUT",
            "RECOVERED/RESOLVED",
            "RECOVERING/RESOLVING",
            "NOT RECOVERED/NOT RESOLVED",
            "RECOVERED/RESOLVED WITH SEQUELAE",
            "FATAL",
            "UNKNOWN",
        ),
        code("AESDTH", "Y", "N"),
        code("AESLIFE", "Y", "N"),
        code("AESHOSP", "Y", "N"),
        code("AESDISAB", "Y", "N"),
        code("AESCONG", "Y", "N"),
        code("AESMIE", "Y", "N"),
        date("AEDTC"),
        date("AESTDTC", happens=True).present(),
        date("AEENDTC"),
    ),
    periods=(("AESTDTC", "AEENDTC"),),
)
