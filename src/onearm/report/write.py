"""The report on disk: one HTML file, figures, tables."""

from __future__ import annotations

from pathlib import Path

from onearm.pipeline import Analysis
from onearm.report.figure_worker import FigureWorker
from onearm.report.html import build_report, render_report
from onearm.report.table_files import write_csv, write_json
from onearm.report.view import Audience


def write_report(
    analysis: Analysis,
    out_dir: Path,
    *,
    audience: Audience = "team",
    worker: FigureWorker | None = None,
) -> list[Path]:
    """Write ``report.html``, ``figures/*.svg|pdf`` and ``tables/*.csv|json``; the paths in the order written.

    The same analysis gives the same bytes, whether ``worker`` draws the figures or this process does.
    OSError if the folder cannot be written.
    """
    report = build_report(analysis, audience, worker)
    simulated = report.view.simulated
    files: dict[str, bytes] = {"report.html": render_report(report).encode()}
    for name, drawing in report.drawings.items():
        files[f"figures/{name}.svg"] = drawing.svg.encode()
        files[f"figures/{name}.pdf"] = drawing.pdf
    for table in report.tables:
        files[f"tables/{table.id}.csv"] = write_csv(table, simulated=simulated).encode()
        files[f"tables/{table.id}.json"] = write_json(table, simulated=simulated, audience=audience).encode()
    paths = []
    for name, content in files.items():
        path = out_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths
