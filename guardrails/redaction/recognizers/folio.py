# ruff: noqa: E501 - patterns and word lists stay on one line
"""Folios: record, incapacity, referral, laboratory, certificate and case numbers. No national format: they need their
word («folio», «expediente», «exp.», «incapacidad», «no. de registro», «NHC», «cuenta»…)."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_HEAD = (
    r"(?:folio|fol|expediente|exped|exp|incap(?:acidad)?|nhc|cipa|registro|no\.? de (?:control|caso|orden|solicitud|cuenta|pase)"
    r"|n[uú]m(?:ero)?\.? de (?:control|caso|orden|solicitud|cuenta)|orden|solicitud|muestra|episodio|carpeta(?: de investigacion)?|queja|oficio|acta|iph|servicio no\.?|nota de venta|remision|pase|preregistro|prerregistro|farmacovigilancia|ram|caso(?= no| num| \d{3}|:)|sinave|sispa|vale|bitacora"
    r"|averiguacion previa|st-?[1-9]|riesgo de trabajo|cuenta|certificado(?: de (?:defuncion|nacimiento))?|acta(?: de nacimiento)?"
    r"|ticket|turno|poliza|siniestro|contrarreferencia|vale|receta|expte|id(?: paciente)?|ref|placa rx|estudio|acceso|accession|folio de)"
)
_LINK = r"\.?[^\w]{0,7}(?:clinico|electronico|medico|unico|interno|interna|imss|de|del|la|incapacidad|no\.?|num\.?|numero|n[°ºo]\.?|con|serie|folio|paciente|es|rx|st-?[1-9])?"
_VALUE = r"(?:[a-z]{1,3} \d{3} \d{3}(?!\d)|[a-z]{0,5}[ \-/]?\d[\da-z]*(?:[\-/.][\da-z]+){0,5})"


class FolioRecognizer(FoldedRecognizer):
    """A number with at least four digits behind one of the words, or the shape of an incapacity folio (AA123456)."""

    LABEL = "FOLIO"
    CONTEXT = words("incap(?:acidad)?(?:es)?", "folios?", "subsecuente", "st-?[1-9]")
    REACH = 70
    RULES = (
        rule("labelled", rf"(?<![a-z]){_HEAD}{_LINK}{_LINK}{_LINK}[^\w]{{0,6}}(?P<v>{_VALUE})(?!\w)", 0.85),
        rule("record", r"(?<![a-z])(?:nhc|cipa)[^\w\n]{0,3}(?:nhc)?[^\w\n]{0,3}(?P<v>\d[\d/\-]{2,12}(?: \d{1,6})?)(?![\d])", 0.95),
        rule("official", r"(?<![\w/])(?:[a-z][a-z0-9]{1,7}[/\-]){1,5}\d{3,7}[/\-](?:\d{2}|20\d{2})(?:-[a-z0-9]{1,3})?(?![\w/])", 0.85),
        rule("year first", r"(?<![\w/])(?:[a-z]{2,6}[/\-]){1,3}(?:20)?\d{2}[/\-]\d{3,7}(?![\w/])", 0.85),
        rule("year and run", r"(?<![\w/.,\-])[a-z]{1,3}(?:1\d|2\d)-\d{4,7}(?![\w/])", 0.8),
        rule("letters and run", r"(?<![\w/.,\-])(?!nom-|cie-|hla-|peg-|iso-|ca-|ck-|t-|nyha|sars|h-)[a-z]{2,4}-\d{4,8}(?:-\d{1,3})?(?![\w/])", 0.75),
        rule("long code", r"(?<![\w/.,\-])(?=[a-z0-9]{15,24}(?![a-z0-9]))(?=[a-z]*\d)(?=\d*[a-z])\d{0,4}[a-z]{2,6}\d{9,18}(?!\w)", 0.75),
        rule("incapacity", r"(?<![a-z0-9])[a-z]{2}[ \-]?\d{3}[ \-]?\d{3}(?![a-z0-9]|[.,]\d)", 0.85, context=True),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Clinical values and dates are no folios."""
        digits = re.sub(r"\D", "", value)
        if rule.context and not near:
            return None
        if rule.name in ("official", "year first", "year and run", "letters and run", "long code"):
            return rule.score
        if len(digits) < 4 or re.fullmatch(r"\d{1,2}[/\-.]\d{1,2}[/\-.]\d{2,4}", value):
            return None
        if len(digits) == 4 and len(value) == 4 and digits[:2] in ("19", "20"):
            return None
        return rule.score


RECOGNIZERS = (FolioRecognizer,)
