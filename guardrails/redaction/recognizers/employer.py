"""Workplaces: the «empresa», «patrón», «labora en» fields and company names by their legal form (Ley General de Sociedades
Mercantiles: S.A. de C.V., S. de R.L.…)."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_END = r"(?=$|[\n,;|()]|\. |\.$| (?:desde|con|como|de (?:lunes|tiempo)|hace|turno|puesto|tel|y|por|donde|en (?:el|la|turno)|actualmente|refiere|acude|reg|registro|rp|jornada|horario)\b)"
_GENERIC = {
    "casa", "su casa", "el campo", "campo", "hogar", "el hogar", "la obra", "construccion", "oficina", "fabrica", "una fabrica", "comercio", "el comercio",
    "la construccion", "maquila", "una maquila", "una oficina", "limpieza", "mostrador", "area", "turno", "forma", "la calle", "una tienda", "ella",
    "una casa", "un taller", "taller", "el", "cocina", "oficinas", "almacen", "home office",
}  # fmt: skip


class EmployerRecognizer(FoldedRecognizer):
    """Field, verb of work with «en», legal form, registro patronal."""

    LABEL = "EMPLEADOR"
    RULES = (
        rule("field", rf"(?<![a-z])(?:empresa|patron|empleador|centro de trabajo|lugar de trabajo|razon social)(?: actual)? ?[:=]? ?(?P<v>(?!de |del |por |que |lo |la |no |donde )[a-z0-9ñ&][^\n,;|()]{{2,60}}?){_END}", 0.75),
        rule("verb", rf"(?<![a-z])(?:labora(?:ndo|ba)?|trabaja(?:ndo|ba|dor|dora)?|emplead[oa]|obrer[oa]|operari[oa]|chofer|cajer[oa]|vigilante|guardia|intendente|ejecutiv[oa])(?: [a-zñ]+){{0,4}}? (?:en|de|para) (?:la |el )?(?:empresa |fabrica |maquiladora |cia\.? |compania )(?P<v>[a-z0-9ñ&][^\n,;|()]{{2,50}}?){_END}", 0.8),
        rule("legal form", r"(?<![a-zñ0-9])(?P<v>(?:[a-z0-9ñ&][a-z0-9ñ&'\-]*[ ,.]{1,2}){1,6}?s\.? ?(?:a\.?|a\.?p\.?i\.?|de r\.? ?l\.?|c\.?)(?: ?\.? ?de c\.? ?v\.?)(?![a-z])\.?)", 0.85),
        rule("registro patronal", r"(?<![a-z])(?:reg(?:istro)?\.? patronal|r\.p\.)[^\w\n]{0,4}(?P<v>[a-z]?\d{2}[ \-]?\d{5}[ \-]?\d{2}(?:[ \-]?\d)?)(?!\d)", 0.9),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """A kind of place is no employer."""
        bare = value.strip()
        if bare in _GENERIC or re.fullmatch(r"[\d\s.]+", bare):
            return None
        return rule.score


RECOGNIZERS = (EmployerRecognizer,)
