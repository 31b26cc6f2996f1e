"""The page of the tables of records."""

from __future__ import annotations

from page_makers.markdown import code, page


def records_page() -> str:
    """Every table of records and its columns."""
    from onearm.records.schema import DECISIONS, SCHEMAS

    lines = [
        "# Tables of records",
        "",
        "Records are a folder of CSV or XPT files named after their SDTM domain, such as `dm.csv`. Only `dm` "
        "must be there. "
        "Columns that are not listed are kept and not read. An empty cell is a missing value. Dates are ISO "
        "8601; a partial "
        "date such as `2025-03` is kept as what it is.",
        "",
        "Need: **filled** means that the column is there and filled in every row; *there* that the column is "
        "there and cells "
        "may be empty; nothing that the column may be left out.",
    ]
    for schema in (*SCHEMAS.values(), DECISIONS):
        lines += ["", f"## {schema.name.lower()}", "", f"{schema.title}.", ""]
        if schema.key:
            lines += [f"One row for each: {', '.join(code(name) for name in schema.key)}.", ""]
        lines += ["| Column | Kind | Need | Codes |", "| --- | --- | --- | --- |"]
        for column in schema.columns:
            need = {"value": "**filled**", "column": "*there*", "optional": ""}[column.need]
            codes = ", ".join(code(value) for value in column.codes) + (", others noted" if column.open_codes else "")
            said = ". ".join(part for part in (codes, column.meaning) if part)
            lines.append(f"| `{column.name}` | {column.kind} | {need} | {said} |")
    return page(lines)
