# ruff: noqa: E501 - patterns and word lists stay on one line
"""Medical units: IMSS types (UMF, HGZ, HGR, UMAE… as in the CLUES catalogue) with number and place, hospitals and clinics
by name, CLUES keys."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult
from guardrails.redaction.recognizers.base import FoldedRecognizer, Rule, rule

_TYPE = (
    r"(?:u\.?m\.?f\.?h?|hgs?z?m?f|hgrm?f|hgmf|cmf|hrs|umaa|umae|h\.?g\.?z\.?(?:/?(?:umf|mf|uma))?|h\.?g\.?s\.?z\.?(?:/?(?:umf|mf))?|h\.?g\.?r\.?(?:/?(?:umf|mf))?|h\.?g\.?o\.?|hgp|hgpmf|h\.?r\.?o|hru|hrbs|umr|umfr|uumm|cmn|cmna|ooad|crea|cs|css|cessa"
    r"|isem|hospital general de (?:sub)?zona|hospital general regional|unidad de medicina familiar|hospital rural|clinica hospital|clinica|unidad medica rural|hospital regional|hospital general)"
)
_SUFFIX = r"(?: ?c/ ?(?:umf|umaa|mf)(?: \d{1,3})?|[ \-]?[a-c](?![a-z0-9/]))?(?:,? ?[\"“«(][^\"”»)\n]{3,50}[\"”»)])?"
_NUMBER = r"(?: ?/ ?(?:mf|umf|umaa))?[ \-]{0,2}(?:con (?:umf|mf) )?(?:no\.?|num\.?|numero|n[°ºo]\.?|#)?[ \-]{0,2}#?\d{1,3}(?![\d%]| ?(?:mg|ml|dias?|hrs?|anos|semanas))"
_PLACE = r"(?:,? ?(?:de |del )?(?:imss )?)?"
_NAME = r"(?: (?:de|del|la|el|los|las|y|dr\.?|dra\.?|general|regional|civil|angeles|nacional|universitario|[a-zñ]{3,}|\"|siglo|xx[i]?|\d{1,3})){1,9}"


class UnitRecognizer(FoldedRecognizer):
    """Type and number everywhere; a hospital's own name as far as its capital letters go (the network does the rest)."""

    LABEL = "UNIDAD_MEDICA"
    RULES = (
        rule("numbered", rf"(?<![a-z0-9]){_TYPE}{_NUMBER}{_SUFFIX}", 0.95),
        rule("said", rf"(?<![a-z])(?:(?:de|en|a|por) (?:la|su|mi|nuestra|otra) |adscri\w+ a (?:la )?)(?P<v>(?:unidad|clinica){_NUMBER})(?! ?(?:de sangre|camas?|unidades))", 0.8),
        rule("by number", r"(?<![a-z])(?:mand\w+|envi\w+|referid[oa]|traslad\w+|llev\w+|vieron|ven|atienden|atendi\w+|cita|citan|viene|procedente|contrarreferencia|regresa|acudir|afiliad[oa]|oper(?:aron|ado|ada)|internad[oa]|revaloracion|tienen|clinica es)(?: \w+){0,2} (?:(?:a|de|en)? ?la|(?:en )el|al) (?P<v>\d{1,3}|veint\w+|treinta(?: y \w+)?|cincuenta(?: y \w+)?|sesenta(?: y \w+)?)(?= (?:de [a-z]|con |por |para |y |pero |otra |aca )|[,.;?\n](?!\d)|$)(?! (?:de |la )?(?:cama|semana|noche|tarde|este|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|del? mes))(?<! la \d)(?<! al \d)", 0.6),
        rule("centre", r"(?<![a-z])(?:c\.?m\.?n\.?|centro medico nacional) (?:siglo (?:xxi|21)|la raza|de occidente|del bajio|20 de noviembre|del noreste|manuel avila camacho|adolfo ruiz cortines|ignacio garcia tellez|[a-zñ]{4,}(?: [a-zñ]{3,}){0,2}(?=[,.\n]|$))", 0.9),
        rule("bienestar", r"(?<![a-z])imss[ \-](?:bienestar|prospera|oportunidades)(?: de [a-zñ]{3,}(?: (?:de )?[a-zñ]{4,})?)?", 0.8),
        rule("short name", r"(?<![a-z])(?:(?:cmn |hospital |hosp\.? |umae )?(?:siglo xxi|la raza|magdalena de las salinas|20 de noviembre)|gea gonzalez|medica sur|star medica|hospital (?:angeles|civil|juarez|espanol|abc)(?: [a-zñ]{4,})?)(?![a-z])", 0.85),
        rule("clues", r"(?<![a-z0-9])[a-z]{2}(?:ims|ssa|ist|imo|imb|smp|dif|pmx|sdn|smm)\d{6}(?!\d)", 0.95),
        rule("umae", r"(?<![a-z])umae (?:no\.? ?\d{1,3}|(?:hospital )?(?:de )?[a-zñ]+(?: [a-zñ]+){0,4}?)(?=[,.;\n]|$)", 0.85),
    )

    def validate(self, value: str, rule: Rule, near: bool) -> float | None:
        """«clínica 3» yes, «cs 2» (campos) only with its number sign."""
        if rule.name == "numbered" and value.startswith(("cs ", "cs-", "crea", "css")):
            return None
        return rule.score


_UP = "A-ZÁÉÍÓÚÑ"
_NAMED = re.compile(
    r"(?<![^\W_])(?:HRO|UMR|UMU|CSR|CSU|C\.S\.|[Cc]entro de [Ss]alud|[Cc]asa de [Ss]alud|(?:[Aa]ntiguo )?(?:[Hh]ospital|[Hh]osp\.?)(?: [Rr]ural| [Cc]omunitario| [Cc]om\.?| [Ii]ntegral| [Gg]eneral| [Gg]ral\.?| [Rr]egional| [Cc]ivil)?|[Ss]anatorio|[Aa]silo|[Aa]lbergue"
    r"|[Cc]asa [Hh]ogar|[Cc]l[ií]nica|[Cc]entro [Mm]édico|[Cc]entro de [Rr]ehabilitación)"
    rf"(?P<v> (?:(?:de|del|la|el|los|las|para|San|Santa|Sta\.|Sto\.|Dr\.|Dra\.) )*[\"“«]?[{_UP}][\w.]*[\w](?: (?:(?:de|del|la|el|los|las|y|e) )*[{_UP}0-9][\w]*)*[\"”»]?)"
)
_SERVICES = re.compile(
    r"\W*(?:(?:de|del|la|el|los|las|para) )*(?:dolor|heridas|mama|displasias?|ic|cateteres|memoria|vih|colposcopia|urgencias|diabetes|tabaco|obesidad|arritmias|marcapasos|lactancia|embarazo|referencia|rural|general|regional"
    r"|zona|privado|privada|particular|publico|civil|piso|cama|consulta|integral|nacional|escuela|dia|especialidades|segundo|tercer|primer|origen|alta|no|si|ef|dx|tx|ta|fc)(?![a-z])"
)


class NamedUnitRecognizer(LocalRecognizer):
    """«Centro de Salud Tultepec», «asilo Casa Betania», «C.S. Yohualichan»: the own name by its capitals, in text that uses them."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["UNIDAD_MEDICA"], supported_language="es", name="NamedUnitRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Kind of place with a name behind it; services of a hospital are none."""
        if not nlp_artifacts.cased:
            return []
        return [
            RecognizerResult("UNIDAD_MEDICA", *match.span(), 0.55)
            for match in _NAMED.finditer(text)
            if not match[0].isupper() and _SERVICES.match(nlp_artifacts.folded, match.start("v")) is None
        ]


RECOGNIZERS = (UnitRecognizer, NamedUnitRecognizer)
