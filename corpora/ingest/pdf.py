"""PDF → laid-out text (pdfplumber) → blocks. Scanned, encrypted and broken files are told apart."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from corpora.errors import IngestError
from corpora.ingest.blocks import Block
from corpora.ingest.clean import normalise
from corpora.ingest.gpc import looks_like_gpc, parse_gpc
from corpora.ingest.plain import parse_plain

MIN_CHARS_PER_PAGE = 40
"""Fewer on average: the pages are images."""
OCR_DPI = 300


def parse_pdf(path: Path, *, ocr: bool = False) -> tuple[list[Block], str, list[str]]:
    """Blocks, identifying text and warnings of a PDF. Raises :class:`IngestError` (Spanish)."""
    pages, plain_pages = _pages(path)
    warnings: list[str] = []
    if not pages:
        raise IngestError("el PDF no tiene páginas")
    blank = [n for n, text in enumerate(plain_pages, 1) if len(text.strip()) < MIN_CHARS_PER_PAGE]
    if sum(len(text.strip()) for text in plain_pages) < MIN_CHARS_PER_PAGE * len(pages):
        if not ocr:
            raise IngestError(
                "es un PDF escaneado (imágenes sin texto); agréguelo con --ocr si Tesseract está instalado"
            )
        plain_pages = pages = _ocr(path, len(pages))
        warnings.append("leído con OCR: revise las cifras contra el original")
    elif len(blank) > 2:
        warnings.append(f"{len(blank)} páginas sin texto (imágenes o algoritmos dibujados)")
    laid_out = normalise("\n\f\n".join(pages))
    if looks_like_gpc(laid_out):
        return parse_gpc(laid_out), normalise("\n".join(plain_pages)), warnings
    text = normalise("\n".join(_numbered(plain_pages)))
    return parse_plain(text), text, warnings


def _pages(path: Path) -> tuple[list[str], list[str]]:
    """(text with columns kept, plain text) of every page."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(path) as pdf:
            laid, plain = [], []
            for page in pdf.pages:
                laid.append(page.extract_text(layout=True, x_density=5.2, y_density=11) or "")
                plain.append(page.extract_text() or "")
                page.close()
            return laid, plain
    except (PDFEncryptionError, PDFPasswordIncorrect):
        raise IngestError("el PDF está cifrado con contraseña; guárdelo sin ella") from None
    except Exception as error:  # pdfminer raises many types on broken files
        chain = f"{type(error).__name__} {error!r} {getattr(error, '__cause__', '')!r} {getattr(error, 'args', '')}"
        if re.search(r"password|encrypt", chain, re.I):
            raise IngestError("el PDF está cifrado con contraseña; guárdelo sin ella") from None
        raise IngestError(f"el PDF está dañado y no se puede leer ({type(error).__name__})") from None


def _numbered(pages: list[str]) -> list[str]:
    """A page that doesn't end in its number gets it, so that passages know their page; running titles go."""
    first_lines = [next((line.strip() for line in page.split("\n") if line.strip()), "") for page in pages]
    running = {line for line in first_lines if line and first_lines.count(line) > max(2, len(pages) // 3)}
    result = []
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.split("\n") if line.strip() not in running or number == 1]
        if lines and re.fullmatch(r"\s*\d{1,3}\s*", lines[-1]):
            lines = lines[:-1]
        result.append("\n".join([*lines, str(number)]))
    return result


def _ocr(path: Path, count: int) -> list[str]:
    """Text of scanned pages by Debian's tesseract-ocr-spa; Spanish message where it is missing."""
    tesseract, raster = shutil.which("tesseract"), shutil.which("pdftoppm")
    if tesseract is None or raster is None:
        missing = "tesseract-ocr-spa" if tesseract is None else "poppler-utils"
        raise IngestError(
            f"para leer PDF escaneados falta instalar «{missing}» (apt install tesseract-ocr-spa poppler-utils)"
        )
    pages = []
    with tempfile.TemporaryDirectory(prefix="copilot-ocr-") as folder:
        for number in range(1, count + 1):
            target = Path(folder) / f"p{number}"
            commands = (
                [
                    raster,
                    "-r",
                    str(OCR_DPI),
                    "-f",
                    str(number),
                    "-l",
                    str(number),
                    "-png",
                    "-singlefile",
                    str(path),
                    str(target),
                ],
                [
                    tesseract,
                    f"{target}.png",
                    str(target),
                    "-l",
                    "spa",
                    "--psm",
                    "6",
                    "-c",
                    "preserve_interword_spaces=1",
                ],
            )
            try:
                for command in commands:
                    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603
            except (subprocess.SubprocessError, OSError):
                raise IngestError(
                    f"el OCR falló en la página {number}; revise que esté instalado «tesseract-ocr-spa»"
                ) from None
            pages.append(Path(f"{target}.txt").read_text(encoding="utf-8", errors="replace"))
    return pages
