"""Grades of evidence: strips of the current site, stacked cells of the PDFs, and brackets in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpora.ingest.clean import fold, squeeze
from corpora.passages import Kind

SCALES = (
    "NICE",
    "GRADE",
    "SIGN",
    "Shekelle",
    "SHRE",
    "ACC/AHA/ESC",
    "ACC/AHA",
    "AHA/ACC",
    "AHA",
    "ACC",
    "ESC",
    "ESMO",
    "Escala ESCMID",
    "ESCMID",
    "OCEBM",
    "Oxford",
    "CEBM",
    "CDC",
    "ADA",
    "USPSTF",
    "OMS",
    "IDSA",
    "KDIGO",
    "EULAR",
    "NCCN",
    "ACG",
    "ATS",
    "ESH",
    "Jadad",
    "AACE",
    "CTFPHC",
    "FIGO",
    "ACOG",
    "SOGC",
    "RCOG",
    "ASCO",
    "EAU",
)
_SCALE = re.compile(
    r"(?<!\w)(" + "|".join(re.escape(s) for s in sorted(SCALES, key=len, reverse=True)) + r")(?!\w)", re.I
)
_GRADE_TEXT = (
    r"(?:muy\s+)?(?:alta|baja|moderada)(?:\s+calidad)?|(?:fuerte|debil|débil|condicional|intermedia)"
    r"(?:\s+(?:a\s+favor|en\s+contra))?|punto\s+de\s+buena\s+pr[aá]ctica|buena\s+pr[aá]ctica|pbp|✓"
)
_GRADE_CODE = (
    r"[1-4](?:\+{1,2}|-)?[ab]?|I{1,3}V?-?[abcABC]?|IV-?[abcABC]?|[ABCDE](?:\s*\([^)]*\))?|1[abc]|2[abc]|3[ab]|EO|√"
)
GRADE = re.compile(rf"^(?:{_GRADE_TEXT}|{_GRADE_CODE})(?![\w+])", re.I)
CITATION = re.compile(
    r"[A-ZÁÉÍÓÚÑ][\w'’.\-áéíóúñ]+(?:[ ,]+[\w'’.\-áéíóúñ&]+){0,6}?,?\s*(?:19|20)\d{2}[a-z]?|Sin texto|"
    r"[A-Z]{2,10},?\s+(?:19|20)\d{2}"
)


@dataclass(frozen=True, slots=True)
class Grading:
    """Grade, scale and citation of one statement; empty strings where the source gives none."""

    grade: str = ""
    scale: str = ""
    citation: str = ""


def parse_strip(strip: str) -> Grading:
    """One strip, «1++ NICE Carter E, 2017» → (1++, NICE, Carter E, 2017); «PBP» → good practice."""
    text = squeeze(strip.strip("()[] "))
    text = re.sub(r"^E:\s*", "", text)
    scale = ""
    found = GRADE.match(text)
    grade = found.group(0).strip() if found else ""
    rest = text[len(grade) :].strip(" ,[]()") if grade else text
    match = _SCALE.search(rest)
    if match is not None:
        scale = match.group(1)
        before, after = rest[: match.start()].strip(" ,()[]:E"), rest[match.end() :].strip(" ,()[]")
        if not grade and GRADE.fullmatch(before if before else "-"):
            grade, before = before, ""
        if not grade:
            trailing = GRADE.match(after)
            if trailing:
                grade = trailing.group(0)
                after = after[trailing.end() :].strip(" ,()[]")
        rest = squeeze(f"{before} {after}")
    rest = re.sub(r"(\d{4})\.?(?=[A-ZÁÉÍÓÚ])", r"\1; ", rest)
    return Grading(grade.strip(), scale, rest.strip(" ,;()"))


def parse_cells(lines: list[str]) -> Grading:
    """Stacked right-hand cells of one row, top to bottom: grade, scale or (scale, year), citations."""
    grade = scale = ""
    citations: list[str] = []
    pending = [squeeze(line) for line in lines if line.strip()]
    joined: list[str] = []
    for line in pending:
        if joined and re.fullmatch(r"(?:Calidad|favor|contra|Práctica|Buena Práctica|a favor|en contra)", line, re.I):
            joined[-1] += " " + line
        else:
            joined.append(line)
    for line in joined:
        bare = line.strip("[]() ")
        bare = re.sub(r"^E:\s*", "", bare)
        head = GRADE.match(bare)
        if not grade and head and (head.end() == len(bare) or parse_strip(bare).scale):
            one = parse_strip(bare)
            grade, scale = one.grade, one.scale or scale
            if one.citation:
                citations.append(one.citation)
        elif not scale and _SCALE.search(bare) and len(bare) < 40:
            found = _SCALE.search(bare)
            assert found is not None
            scale = found.group(1)
            rest = (bare[: found.start()] + bare[found.end() :]).strip(" ,()[]")
            if rest and not re.fullmatch(r"(?:19|20)\d{2}|modificada", rest):
                citations.append(rest)
            elif re.fullmatch(r"(?:19|20)\d{2}", rest):
                scale = f"{scale}, {rest}"
        else:
            citations.append(bare.rstrip("."))
    return Grading(grade, scale, "; ".join(citations))


def kind_from_grade(grade: str) -> Kind:
    """What a grade alone says where the marker is an image: number or quality → evidence; letter or strength → rec."""
    plain = fold(grade).strip()
    if not plain:
        return "texto"
    if re.search(r"buena practica|^pbp$|^[✓√]$", plain):
        return "buena práctica"
    if re.search(r"^(fuerte|debil|condicional|intermedia)", plain):
        return "recomendación"
    if re.search(r"\b(alta|baja|moderada)\b", plain) or re.match(r"(?:[1-4]|i{1,3}v?|iv)(?:[+-]|[- ]?[abc])*$", plain):
        return "evidencia"
    if re.match(r"[a-e](?:\b|$)", plain):
        return "recomendación"
    return "texto"


_INLINE = re.compile(
    r"\(\s*([ABCDE]|I{1,3}[ab]?|[1-4][ab+]{0,2})\s*,\s*([A-Z][A-Za-z/]{1,12})\s*,?\s*((?:19|20)\d{2})?\s*\)"
)


def inline_grading(text: str) -> Grading:
    """«…(A, ADA, 2019)» → grade A, scale ADA, 2019; only where one and the same grade stands in the text."""
    found = {match.groups() for match in _INLINE.finditer(text)}
    if len(found) != 1:
        return Grading()
    grade, scale, year = found.pop()
    return Grading(grade, scale, f"{scale}, {year}" if year else scale)
