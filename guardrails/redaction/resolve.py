# ruff: noqa: E501 - patterns and word lists stay on one line
"""From overlapping candidates to spans that don't overlap; what some candidate covers stays covered."""

from __future__ import annotations

from guardrails.redaction.types import Finding

_RANK = {"TrainedRecognizer": 0.02, "FormRecognizer": 0.0}


def resolve(findings: list[Finding], text: str) -> list[Finding]:
    """Best candidate first (score, then length); a later one keeps the part that is still free, if it holds a word."""
    order = sorted(findings, key=lambda one: (-(one.score + _RANK.get(one.source, 0.0)), -(one.end - one.start), one.start))
    taken: list[Finding] = []
    owner: dict[int, int] = {}
    for one in order:
        free = [at for at in range(one.start, one.end) if at not in owner]
        if not free:
            continue
        runs: list[tuple[int, int]] = []
        for at in free:
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
        whole = len(free) == one.end - one.start
        for start, end in runs:
            start, end = _trim(text, start, end)
            if end <= start or (not whole and not _worth(text[start:end], one)):
                continue
            taken.append(Finding(start, end, one.label, one.score, one.source))
            owner.update(dict.fromkeys(range(start, end), len(taken)))
    return sorted(taken, key=lambda one: one.start)


_IDENTIFIERS = {
    "NSS", "CURP", "RFC", "AGREGADO", "FOLIO", "INE", "PLACA", "OTRO_ID", "MATRICULA", "CEDULA", "TELEFONO", "CP", "FECHA"
}  # fmt: skip


def _worth(piece: str, one: Finding) -> bool:
    """Whether what is left of a candidate still says something: digits of a number, letters of a name.

    A rule that knows the format is believed to the last sign; the network must leave more.
    """
    digits, letters = sum(char.isdigit() for char in piece), sum(char.isalpha() for char in piece)
    known = one.source not in ("TrainedRecognizer", "FormRecognizer", "NameRecognizer", "ListedNameRecognizer")
    if one.source == "SpokenRecognizer" and letters >= 3:
        return True  # the last figures of a number said in words
    if one.label in _IDENTIFIERS:
        return digits >= 2 + 2 * (not known) or (known and letters >= 2 and digits + letters <= 4)
    if known and one.label in ("EMPLEADOR", "UNIDAD_MEDICA", "DIRECCION") and digits:
        return True
    if one.label.startswith("NOMBRE") and letters == 1 and "." in piece:
        return True  # the initial behind a surname
    return letters >= 3 and piece.strip(" .,:;").lower() not in _SMALL


_SMALL = {"nss", "curp", "rfc", "edad", "sexo", "cama", "exp", "fecha", "folio", "del", "los", "las", "con", "num", "col", "que", "por", "calle", "tel", "cel", "correo", "e-mail", "email"}


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n,;:.|()-":
        start += 1
    while end > start and text[end - 1] in " \t\n,;:|-(":
        end -= 1
    return start, end
