# ruff: noqa: E501 - patterns and word lists stay on one line
"""Mexican telephones: 10 national digits (Plan Nacional de Numeración, IFT), with +52, 01, 044/045 and extensions as they
still stand in notes; grouped in any way; seven or eight local digits only near their word."""

from __future__ import annotations

import re

from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule, words

_PREFIX = r"(?:\+?\(?52\)?[ \-.]{0,2}1?[ \-.]{0,2}|0?1[ \-.]|04[45][ \-.]?)?"
_EXT = r"(?:[ ,;]{0,3}(?:ext|extension|x)\.?:? ?\d{1,6})?"


class MexicanPhoneRecognizer(FoldedRecognizer):
    """Ten digits with an area code; grouping decides where no context word helps."""

    LABEL = "TELEFONO"
    CONTEXT = words(
        "tel(?:efono)?s?", "cel(?:ular)?(?:es)?", "movil", "whats ?app", "whats", "wapp?", "contacto", "llamar", "marcar",
        "comunicarse", "recados", "casa", "fax", "localizable", "emergencia", "emergencias", "avisar", "numero", "num", "telefonico", "conmutador",
    )  # fmt: skip
    REACH = 50
    RULES = (
        rule("prefixed", rf"(?<![\w.])(?:\+ ?52|\(52\)|0052)[ \-.]{{0,2}}1?(?:[ \-.()]{{0,2}}\d){{10}}(?!\d){_EXT}", 1.0),
        rule("old prefix", rf"(?<![\w.])(?:01|04[45])[ \-.]{{0,2}}\(?\d{{2,3}}\)?(?:[ \-.]{{0,2}}\d){{7,8}}(?!\w){_EXT}", 0.95),
        rule("lada", rf"(?<![\w.])\(\d{{2,3}}\)[ \-.]{{0,2}}\d(?:[ \-.]{{0,2}}\d){{6,7}}(?!\w){_EXT}", 0.95),
        rule("grouped", rf"(?<![\w.,/\-]){_PREFIX}(?:\d{{2}}[ \-.]\d{{4}}[ \-.]\d{{4}}|\d{{3}}[ \-.]\d{{3}}[ \-.]\d{{2}}[ \-.]?\d{{2}}|\d{{3}}[ \-.]\d{{3}}[ \-.]?\d{{4}}|\d{{2}}(?:[ \-.]\d{{2}}){{4}}|\d{{3}}[ \-.]\d{{7}}|\d{{2}}[ \-.]\d{{8}}|\d{{3}}[ \-.]\d{{2}}[ \-.]\d{{2}}[ \-.]\d{{3}})(?![\w]|[.,]\d|-\d){_EXT}", 0.9),
        rule("ten", rf"(?<![\w.,/\-])[1-9]\d{{9}}(?![\w]|[.,/]\d){_EXT}", 0.7),
        rule("near", rf"(?<![\w.,/])\(?\d(?:[ \-.()]{{0,2}}\d){{6,12}}(?!\w|[/]\d){_EXT}", 0.85, context=True),
        rule(
            "labelled",
            r"(?<![a-z])(?:tel(?:efono)?s?|cel(?:ular)?|movil|whats ?app|fax|ext(?:ension)?)\.?[^\w\n]{0,3}(?:de |del |no\.? |num\.? |casa |fijo |particular |es )?"
            r"[^\w\n]{0,3}(?P<v>\+?\(?\d(?:[ \-.()]{0,2}\d){3,13})(?!\w)",
            0.95,
        ),
        rule("abroad", rf"(?<![\w.])(?:\+ ?|00)(?!52)\d{{1,3}}(?:[ \-.()]{{0,2}}\d){{7,12}}(?!\w){_EXT}", 0.95),
        rule("extension", r"(?<![a-z])ext(?:ension)?\.?[^\w\n]{0,3}(?P<v>\d{2,6}(?! ?(?:mg|ml|cm|%)))(?!\w)", 0.9),
        rule("pairs", rf"(?<![\w.,/\-])\d{{2,3}}[ \-.]\d{{1,3}}(?:[ \-.]\d{{1,2}}){{2,4}}(?!\w|[.,/]\d|[ \-]\d){_EXT}", 0.8, context=True),
        rule("and", r"(?<=\d{4}) y (?P<v>\d{2,4})(?= [·|,;]|\n|$|[.,;])", 0.6, context=True),
        rule("second", r"(?<=\d)(?: ?[/,] ?| ?y ?| ?o ?)(?P<v>\d{2,3}[ \-]?\d{3,4}[ \-]?\d{4})(?!\w)", 0.8, context=True),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """Dates and blood pressures are not telephones."""
        bare = re.split(r"[ ,;]{0,3}(?:ext|x)", value)[0]
        digits = re.sub(r"\D", "", bare)
        if re.fullmatch(r"\d{1,2}[.\-]\d{1,2}[.\-]\d{2,4}|\d{4}[.\-]\d{2}[.\-]\d{2}.*", bare):
            return None
        if rule.name == "ten" and digits[0] == "0":
            return None
        return super().validate(value, rule, near)


RECOGNIZERS = (MexicanPhoneRecognizer,)
