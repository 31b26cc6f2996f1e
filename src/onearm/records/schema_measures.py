"""Tables of measurements and questionnaires."""

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

LB = TableSchema(
    "LB",
    "Laboratory",
    (
        *opening("LB"),
        identifier("LBTESTCD").valued(),
        *text("LBTEST", "LBCAT", "LBORRES", "LBORRESU", "LBSTRESC"),
        decimal("LBSTRESN", negative=True).present(),
        *(column.present() for column in text("LBSTRESU")),
        decimal("LBSTNRLO", negative=True),
        decimal("LBSTNRHI", negative=True),
        open_code("LBNRIND", "NORMAL", "LOW", "LOW LOW", "HIGH", "HIGH HIGH", "ABNORMAL"),
        *text("LBSPEC", "LBMETHOD", "LBNAM"),
        code("LBSTAT", "NOT DONE"),
        *text("LBREASND"),
        *visit(),
        date("LBDTC", happens=True).valued(),
    ),
    key=("USUBJID", "LBTESTCD", "LBSPEC", "LBMETHOD", "VISITNUM", "LBDTC"),
    results=("LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTAT"),
    repeats=True,
    visit_date="LBDTC",
)

VS = TableSchema(
    "VS",
    "Vital signs",
    (
        *opening("VS"),
        identifier("VSTESTCD").valued(),
        *text("VSTEST", "VSPOS", "VSORRES", "VSORRESU", "VSSTRESC"),
        decimal("VSSTRESN", negative=True).present(),
        *text("VSSTRESU", "VSTPT"),
        code("VSSTAT", "NOT DONE"),
        *text("VSREASND"),
        *visit(),
        date("VSDTC", happens=True).valued(),
    ),
    key=("USUBJID", "VSTESTCD", "VSPOS", "VSTPT", "VISITNUM", "VSDTC"),
    results=("VSSTRESC", "VSSTRESN", "VSSTRESU", "VSSTAT"),
    repeats=True,
    visit_date="VSDTC",
)

QS = TableSchema(
    "QS",
    "Questionnaires",
    (
        *opening("QS"),
        identifier("QSTESTCD").valued(),
        *text("QSTEST"),
        *(column.present() for column in text("QSCAT")),
        *text("QSSCAT", "QSORRES", "QSSTRESC"),
        decimal("QSSTRESN", negative=True),
        code("QSSTAT", "NOT DONE"),
        *text("QSREASND", "QSEVAL"),
        *visit(),
        date("QSDTC", happens=True).valued(),
    ),
    key=("USUBJID", "QSCAT", "QSTESTCD", "QSEVAL", "VISITNUM", "QSDTC"),
    results=("QSORRES", "QSSTRESC", "QSSTRESN", "QSSTAT"),
    visit_date="QSDTC",
)
