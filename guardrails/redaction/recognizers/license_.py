# ruff: noqa: E501 - patterns and word lists stay on one line
"""Matrícula of IMSS staff and cédula profesional (Dirección General de Profesiones, SEP: 5 to 8 digits). Neither has a
public check digit, so both need their word before them."""

from __future__ import annotations

from guardrails.redaction.recognizers.base import FoldedRecognizer, rule

_LINK = r"[^\w]{0,7}(?:imss|no\.?|num\.?|numero|n[°ºo]\.?|profesional|prof\.?|esp\.?|de|del|especialidad|esp(?:ecialista)?|es|medico|:)?" r"[^\w]{0,7}"
_LINKS = _LINK + _LINK
_DIGITS = r"\d(?:[ .\-]?\d){4,11}"


class MatriculaRecognizer(FoldedRecognizer):
    """«matrícula 99158674», «mat. 9915-8674», «MAT 311091230»."""

    LABEL = "MATRICULA"
    RULES = (
        rule("labelled", rf"(?<![a-z])mat(?:r(?:icula)?)?\.?{_LINKS}(?P<v>{_DIGITS}[a-z]?)(?!\w)", 0.95),
        rule("trailing", r"(?<![\w.,/\-])(?P<v>\d{6,10}) ?(?:mat|matricula)(?!\w)", 0.9),
    )


class CedulaRecognizer(FoldedRecognizer):
    """«céd. prof. 1234567», «cédula profesional: 7654321», «D.G.P. 1234567», «ced esp 998877»."""

    LABEL = "CEDULA"
    RULES = (
        rule(
            "labelled",
            rf"(?<![a-z])(?:ced(?:ula)?s?|c\.? ?p\.(?= ?\d{{6,8}}(?!\d))|d\.? ?g\.? ?p|n[°ºo]\.? ?col|colegiad[oa])\.?{_LINKS}(?P<v>{_DIGITS})(?!\w)",
            0.95,
        ),
        rule(
            "second",
            rf"(?<![a-z])ced(?:ula)?s?\.?{_LINKS}\d{{5,8}}(?: ?(?:,|y|/|e) ?)(?:ced(?:ula)?\.? ?)?(?:de )?(?:esp(?:ecialidad)?\.?:? ?)?(?P<v>\d{{5,8}})(?!\w)",
            0.95,
        ),
        rule("ssa", rf"(?<![a-z])(?:reg(?:istro)?\.? ?s\.?s\.?a\.?|ssa){_LINK}(?P<v>\d{{4,9}})(?!\w)", 0.85),
    )


RECOGNIZERS = (MatriculaRecognizer, CedulaRecognizer)
