"""Who a document is: key, title, year, institution and family, from its text and file name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpora.catalogue.protocols import match_protocol
from corpora.ingest.clean import fold, squeeze, strip_markdown

GPC_KEY = re.compile(
    r"\b(GPC-(?:IMSS|ISSSTE|SSA?|SEDENA|SEMAR|DIF|PEMEX|BE)-\d{1,3}-\d{2}|"
    r"(?:IMSS|ISSSTE|SSA?|SEDENA|SEMAR|DIF|S)[- ]\d{2,3}-\d{2})(?!\d)"
)
"""``IMSS-076-08`` (kept through updates) or ``GPC-IMSS-076-21``."""

_INSTITUTIONS = {
    "IMSS": "Instituto Mexicano del Seguro Social",
    "ISSSTE": "Instituto de Seguridad y Servicios Sociales de los Trabajadores del Estado",
    "SS": "Secretaría de Salud",
    "SSA": "Secretaría de Salud",
    "S": "Secretaría de Salud",
    "SEDENA": "Secretaría de la Defensa Nacional",
    "SEMAR": "Secretaría de Marina",
    "DIF": "Sistema Nacional para el Desarrollo Integral de la Familia",
}
_GENERIC = re.compile(
    r"^(pronam|protocolos? de atencion integral|protocolo nacional de atencion medica|guia de practica clinica|gpc|"
    r"guia de evidencias y recomendaciones|guia de referencia rapida|evidencias y recomendaciones|catalogo maestro|"
    r"direccion de prestaciones medicas|instituto mexicano del seguro social|secretaria de salud|gobierno)"
)
_YEAR = r"((?:19|20)\d{2})"
_YEAR_PATTERNS = (
    rf"actualizaci[oó]n\s*:?\s*{_YEAR}",
    rf"(?:fecha|publicaci[oó]n)\W{{0,8}}(?:[^\n]{{0,24}}?){_YEAR}",
    rf"(?:debe ser citad[oa]|cita)[^\n]{{0,260}}?M[eé]xico[^\n]{{0,40}}?{_YEAR}",
    r"M[eé]xico\s*[:;,.]\s*(?:D\.?\s?F\.?\s*[:;,.]\s*)?(?:[^\n]{0,50}?;)?\s*"
    rf"(?:CENETEC|Secretar[ií]a de Salud|IMSS)\s*[;,.]\s*{_YEAR}",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a citation needs of the document as a whole."""

    key: str
    title: str
    year: int | None
    institution: str
    family: str


def slug(text: str) -> str:
    """«Código Infarto» → ``CODIGO-INFARTO``."""
    return re.sub(r"[^A-Z0-9]+", "-", fold(text).upper()).strip("-")


def normalise_key(key: str) -> str:
    """«SS 009-08» → ``SS-009-08``; letter case and dashes as in the catalogue."""
    return re.sub(r"[\s_]+", "-", key.strip().upper())


def identify(text: str, file_stem: str) -> Identity:
    """Identity from the first pages of ``text`` and the file name (``pai-codigo-infarto``, ``IMSS-031-08_GER``)."""
    head = text[:12_000]
    family = _family(head, file_stem)
    title = _title(head, file_stem)
    known = match_protocol(family, title, file_stem)
    if known is not None:
        return Identity(known.key, known.title, _year(head, family), _institution(head, family), family)
    return Identity(
        _key(head, file_stem, family, title), title, _year(head, family), _institution(head, family), family
    )


def _family(head: str, stem: str) -> str:
    plain, name = fold(head[:4000]), fold(stem)
    if re.match(r"(\d+[-_ ])?pronam\b", name) or re.search(r"\bpronam\b|protocolo nacional de atencion medica", plain):
        return "PRONAM"
    if (
        re.match(r"(\d+[-_ ])?pai\b", name)
        or "protocolo de atencion integral" in plain
        or "protocolos de atencion integral" in plain
    ):
        return "PAI"
    if GPC_KEY.search(head) or GPC_KEY.search(stem.upper()) or "guia de practica clinica" in plain:
        return "GPC"
    return "OTRO"


def _key(head: str, stem: str, family: str, title: str) -> str:
    if family == "GPC":
        master = re.search(r"Cat[aá]logo\s+Maestro[^\n:]*:?\s*(\S+)", head)
        for place in (master.group(1) if master else "", stem.upper().replace("_", " "), head):
            found = GPC_KEY.search(place)
            if found:
                return normalise_key(found.group(1))
    bare = re.sub(r"^\d+[-_ .]+", "", stem)
    if re.match(r"(pai|pronam)[-_ ]", bare, re.I):
        return slug(bare)
    return f"{family if family != 'OTRO' else 'DOC'}-{slug(title)[:60].strip('-')}"


def _title(head: str, stem: str) -> str:
    lines = [squeeze(strip_markdown(re.sub(r"^#+\s*", "", line))) for line in head.split("\n")]
    lines = [line for line in lines if line]
    for position, line in enumerate(lines[:60]):
        inline = re.match(r"Protocolos? de Atenci[oó]n Integral\s*[:–-]\s*(.+)$", line, re.I)
        if inline:
            title = inline.group(1).strip()
            after = lines[position + 1] if position + 1 < len(lines) else ""
            if (
                re.match(r"(prevenci[oó]n|diagn[oó]stico|tratamiento|complicaciones)\b", after, re.I)
                and len(after) < 90
            ):
                title = f"{title}. {after}"
            return title
    for position, line in enumerate(lines[:40]):
        plain = fold(line)
        if (
            _GENERIC.match(plain)
            or GPC_KEY.fullmatch(line)
            or not re.search(r"[a-z]{4}", plain)
            or line.startswith("!")
        ):
            continue
        if len(line) > 160 or line.endswith(".") or re.search(r"https?:|@|isbn|avenida|av\.\s|c\.\s?p\.", plain):
            continue
        after = lines[position + 1] if position + 1 < len(lines) else ""
        # A title broken over two lines: the second goes on in lower case, or the first ends in a link word.
        if (
            after
            and (after[0].islower() or re.search(r"\b(de|del|la|el|los|las|en|y|con|por|para)$", plain))
            and len(line) + len(after) < 200
        ):
            return f"{line} {after}"
        return line
    return stem.replace("-", " ").replace("_", " ").strip().capitalize()


def _year(head: str, family: str) -> int | None:
    for pattern in _YEAR_PATTERNS:
        found = re.search(pattern, head[:6000] if family != "PRONAM" else head[:1500], flags=re.I)
        if found:
            return int(found.group(1))
    key = GPC_KEY.search(head) if family == "GPC" else None
    if key:
        short = int(key.group(1)[-2:])
        return 2000 + short
    return None


def _institution(head: str, family: str) -> str:
    if family == "PRONAM":
        return "Secretaría de Salud / Consejo de Salubridad General"
    if family == "PAI":
        return _INSTITUTIONS["IMSS"]
    key = GPC_KEY.search(head)
    if key:
        parts = re.split(r"[- ]", key.group(1).removeprefix("GPC-"))
        return _INSTITUTIONS.get(parts[0], parts[0])
    for code, name in _INSTITUTIONS.items():
        if name in head:
            return _INSTITUTIONS[code]
    return ""
