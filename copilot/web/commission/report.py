"""The commission's monthly report as PDF: figures, plots, integrity, a signed checkpoint as text and as QR code."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import matplotlib
import segno
from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

from copilot.errors import InputError
from copilot.web.commission import words
from copilot.web.commission.charts import plots, png, totals
from copilot.web.commission.figures import Figures
from copilot.web.commission.integrity import Past

_INK, _GREEN, _FAINT = (20, 33, 43), (15, 92, 85), (232, 241, 240)


def month_bounds(month: str, zone: ZoneInfo) -> tuple[str, str]:
    """Start and end (exclusive) of ``AAAA-MM`` as times with zone. Raises :class:`InputError`."""
    try:
        first = datetime.datetime.strptime(month, "%Y-%m").replace(tzinfo=zone)
    except ValueError:
        raise InputError("El mes se escribe AAAA-MM.") from None
    after = (first.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return first.isoformat(), after.isoformat()


class _Paper(FPDF):
    def __init__(self, unit: str, title: str) -> None:
        super().__init__(format="letter")
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
        self.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
        self.add_font("Mono", "", fonts / "DejaVuSansMono.ttf")
        self.unit_name, self.report_title = unit, title
        self.set_margins(20, 18)
        self.set_auto_page_break(True, 20)
        self.set_title(title)
        self.set_lang("es-MX")
        self.set_creator("Copiloto clínico")

    def footer(self) -> None:
        """Unit, title and page number."""
        self.set_y(-14)
        self.set_font("DejaVu", "", 8)
        self.set_text_color(77, 91, 102)
        self.cell(0, 5, f"{self.unit_name} · {self.report_title} · página {self.page_no()} de {{nb}}", align="C")

    def head(self, text: str) -> None:
        """A heading that stays with what follows."""
        if self.will_page_break(45):
            self.add_page()
        self.ln(4)
        self.set_font("DejaVu", "B", 13)
        self.set_text_color(*_GREEN)
        self.cell(0, 8, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.body()

    def body(self) -> None:
        """Back to running text."""
        self.set_font("DejaVu", "", 10)
        self.set_text_color(*_INK)

    def say(self, text: str) -> None:
        """A paragraph."""
        self.multi_cell(0, 5.4, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def rows(self, pairs: list[tuple[str, str]]) -> None:
        """Two columns."""
        self.set_draw_color(207, 216, 221)
        with self.table(
            col_widths=(70, 30), text_align=("LEFT", "RIGHT"), borders_layout="HORIZONTAL_LINES", line_height=6.4,
            first_row_as_headings=False, cell_fill_color=_FAINT, cell_fill_mode=TableCellFillMode.EVEN_ROWS,
            headings_style=FontFace(),
        ) as table:  # fmt: skip
            for name, value in pairs:
                table.row((name, value))


def monthly_report(
    month: str, unit: str, figures: Figures, checkpoint: str, verified: Past | None, zone: ZoneInfo, key: str
) -> bytes:
    """The PDF. ``verified``: the last verification of the log before the report."""
    year, number = month.split("-")
    name = f"{words.MONTHS[int(number) - 1]} de {year}"
    title = f"Informe del copiloto clínico, {name}"
    paper = _Paper(unit, title)
    paper.add_page()
    paper.set_font("DejaVu", "B", 17)
    paper.set_text_color(*_GREEN)
    paper.multi_cell(0, 8, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.body()
    made = datetime.datetime.now(zone)
    paper.say(f"Unidad: {unit}. Hecho el {made:%d/%m/%Y} a las {made:%H:%M} ({zone.key}).")
    paper.say(
        "Para la Comisión Interna de Gobernanza y Ética de la IA. Sale de la bitácora de este equipo; no contiene "
        "datos personales. Las cifras son cuentas de lo registrado, no estimaciones de calidad clínica: para eso "
        "están las evaluaciones."
    )
    paper.head("Cifras del mes")
    if not figures.entries:
        paper.say("No hay entradas en este mes.")
    paper.rows(totals(figures))
    for plot in plots(figures):
        if plot.empty:
            continue
        if paper.will_page_break(78):
            paper.add_page()
        paper.head(plot.title)
        paper.image(io.BytesIO(png(plot)), w=paper.epw * 0.92, alt_text=plot.title)
    if paper.will_page_break(150):  # the checkpoint and its code stay together
        paper.add_page()
    paper.head("Integridad de la bitácora")
    if verified is None:
        paper.say("La bitácora no se ha verificado todavía.")
    elif verified.findings:
        paper.say(
            f"La última verificación ({words.local(verified.time, zone)}) encontró {words.number(verified.findings)} "
            "hallazgos. Este informe no debe usarse hasta aclararlos."
        )
    else:
        paper.say(
            f"Última verificación: {words.local(verified.time, zone)}, hasta la entrada "
            f"{words.number(verified.size - 1)}, sin hallazgos."
        )
    if figures.unanswered_count:
        listed = ", ".join(str(one) for one in figures.unanswered)
        paper.say(
            f"Solicitudes sin resultado ({words.number(figures.unanswered_count)}): {listed}. Ocurre si el programa se "
            "cerró a la mitad; conviene revisarlas."
        )
    paper.say("Punto de control firmado al hacer este informe. En papel, sirve para probar que nada anterior cambió:")
    paper.set_font("Mono", "", 8)
    paper.multi_cell(0, 4.4, checkpoint.strip(), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.body()
    code = io.BytesIO()
    segno.make(checkpoint, error="m", encoding="utf-8", micro=False).save(code, kind="png", scale=6, border=3)
    if paper.will_page_break(52):
        paper.add_page()
    paper.image(code, w=46, alt_text="Punto de control como código QR")
    paper.set_font("DejaVu", "", 8)
    paper.multi_cell(0, 4.4, f"Llave pública: {key}", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(paper.output())
