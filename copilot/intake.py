"""What may enter: text checked before anything else touches it, with errors that say what to do."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from copilot.errors import InputError
from guardrails.redaction.vault import EXACT_SURROGATE

_COMMON = """
de la el los las en con sin por para se que del al un una y o no su a desde hace es fue le lo refiere niega
paciente pte px dolor años mg dias días cada c s ta fc fr dx tx iv vo
"""
_FUNCTION_WORDS = frozenset(_COMMON.split())
_WORD = re.compile(r"[^\W\d_]+")


def check_text(text: str, max_chars: int) -> str:
    """The text, unchanged, if it can be worked on; raises :class:`InputError` in Spanish otherwise."""
    if not isinstance(text, str):
        raise InputError("Se esperaba texto.")
    if not text.strip():
        raise InputError("El texto está vacío. Escriba o pegue la nota.")
    if len(text) > max_chars:
        raise InputError(
            f"El texto tiene {len(text):,} caracteres y el máximo es {max_chars:,}. Divídalo en partes; nada se borró."
        )
    strange = sum(1 for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\t\n\r\x0b\x0c")
    replaced = text.count("\ufffd")
    if "\x00" in text or strange > max(8, len(text) // 50):
        raise InputError("Esto no parece texto sino un archivo binario. Copie el texto de la nota y péguelo.")
    if replaced > max(4, len(text) // 50):
        raise InputError("La codificación del texto está dañada. Guárdelo como UTF-8 y vuelva a pegarlo.")
    return text


def looks_spanish(text: str) -> bool:
    """Whether enough function words of Spanish clinical notes occur (short texts pass)."""
    words = [word.lower() for word in _WORD.findall(EXACT_SURROGATE.sub(" ", text))]
    if len(words) < 25:
        return True
    return sum(word in _FUNCTION_WORDS for word in words) / len(words) > 0.12


def read_text_file(path: Path, max_bytes: int = 20_000_000) -> str:
    """A text file as UTF-8 (with or without mark) or, failing that, Windows-1252. Raises :class:`InputError`."""
    try:
        if path.stat().st_size > max_bytes:
            raise InputError(f"«{path.name}» es demasiado grande (máximo {max_bytes // 1_000_000} MB).")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"No se pudo leer «{path.name}»: {error.strerror}.") from None
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"«{path.name}» no es un archivo de texto.")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"No se reconoce la codificación de «{path.name}»; guárdelo como UTF-8.")
