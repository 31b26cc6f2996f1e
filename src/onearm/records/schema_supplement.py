"""Supplementary qualifiers: what a domain's columns have no place for, one value a row, as SDTM keeps it."""

from __future__ import annotations

from onearm.records.schema_model import TableSchema, code, identifier, text

SUPPAE = TableSchema(
    "SUPPAE",
    "Supplementary qualifiers of adverse events",
    (
        identifier("STUDYID").valued(),
        code("RDOMAIN", "AE").valued(),
        identifier("USUBJID").valued(),
        code("IDVAR", "AESEQ").valued(),
        identifier("IDVARVAL").valued().meant("The AESEQ of the event."),
        identifier("QNAM")
        .valued()
        .meant(
            "`REL` or `ACN` and the first five letters of a component's id, in capitals and without underscores "
            "(`RELHAIC`, `ACNHAIC`): relation to that component, action taken with it. Other names are kept."
        ),
        *text("QLABEL"),
        *(column.present() for column in text("QVAL")),
        *text("QORIG", "QEVAL"),
    ),
    key=("USUBJID", "IDVARVAL", "QNAM"),
    results=("QVAL",),
)
