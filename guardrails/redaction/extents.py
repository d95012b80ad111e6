# ruff: noqa: E501 - patterns and word lists stay on one line
"""How far a found place reaches: the noun in front («mercado de abastos de Guadalajara»), the rest of a proper name, the
landmarks behind an address («…, atrás de la capilla, portón verde»).

Runs after resolution, on findings that don't overlap; a widened finding never enters its neighbour.
"""

from __future__ import annotations

import re

from guardrails.redaction.types import Finding

_WORKS = {"EMPLEADOR", "INSTITUCION"}
_UNITS = {"UNIDAD_MEDICA", "HOSPITAL", "CENTRO_SALUD"}
_TOWNS = {"MUNICIPIO_ESTADO", "TERRITORIO"}
_STREETS = {"DIRECCION", "CALLE"}
_PLACES = _WORKS | _UNITS | _TOWNS | _STREETS
_NAMES = {"NOMBRE", "NOMBRE_PACIENTE", "NOMBRE_FAMILIAR", "NOMBRE_PERSONAL"}

_LINK = r"(?: (?:de(?: (?:la|los|las|el))?|del|la|el))?"
_WORK_HEAD = re.compile(
    r"(?<![a-z])(?:maquila(?:dora)?s?|fabrica|planta|bodega|granja|finca|campos|taller|despacho|bufete|notaria|escuela|esc\.|primaria|secundaria|telesecundaria|preparatoria|prepa|tecnica|kinder|jardin de ninos|guarderia|estancia infantil"
    r"|colegio|instituto|universidad|facultad|tec|mercado|tianguis|central de abastos?|presidencia municipal|palacio municipal|ayuntamiento|sindicato|cooperativa|club|muelle|terminal|camiones|transportes|autotransportes|fletes"
    r"|zapaterias?|tienda|hotel|restaurante?|fonda|gasolinera|constructora|empacadora|minera|mina|ingenio|cerveceria|agencia|rastro|panteon|aeropuerto|grupo|viveros?|confecciones|textiles|muebles|abarrotes|abarrotera|llantera|refaccionaria|funeraria)"
    rf"(?: (?:textil|avicola|municipal|civil|infantil|normal|federal|estatal|rural|primaria|secundaria|general|de (?:abastos?|autobuses|arneses|costura|futbol|golf|educacion \w+|jitomate|tomate|calabaza|cafe|la obra)))?{_LINK} $"
)
_UNIT_HEAD = re.compile(
    r"(?<![a-z])(?:(?:antiguo |nuevo )?(?:hospital|hosp\.?|h\.)(?: (?:general|gral\.?|regional|reg\.?|civil|comunitario|com\.?|rural|infantil|materno(?: infantil)?|integral|psiquiatrico|universitario|de la mujer|del nino|de especialidades))*"
    r"|(?:el|al|del) (?:general|regional|civil|comunitario|materno|infantil|rural|integral)|clinica|sanatorio|centro de salud|c\. ?s\.|casa de salud|cruz (?:roja|verde|ambar)|cri[ts]?|uneme\w*|caaps|consultorio|farmacias? similares|similares|laboratorios?|labs?\.?"
    rf"|imagenologia|imagen|biomedica|diagnostica|instituto de \w+|unidad (?:de \w+(?: \w+)?|movil|medica)|dispensario|asilo|albergue|centro de (?:rehabilitacion|dialisis|salud|hemodialisis)|umf|hgz|hgr|hgsz|umae|imss(?:[ \-]bienestar)?){_LINK} $"
)
_STREET_HEAD = re.compile(
    r"(?<![a-z])(?:metro|estacion|metrobus|plaza|puente|curva|glorieta|crucero|entronque|parque|jardin|alameda|portales|malecon|faro|isla|predio|rancho|rancheria|ejido|paraje|poblado|pueblo|comunidad|comisaria|congregacion|barrio|colonia|col\.|fracc(?:ionamiento|\.)?|unidad habitacional|vecindad|privada"
    rf"|priv\.|cerrada|calle|callejon|avenida|av\.|boulevard|blvd\.|calzada|carretera|carr\.?|camino|autopista|terminal|central|mercado|lomas|villas|residencial|condominio|torre|edificio|zona|km \d+){_LINK} $"
)
_ARTICLE = re.compile(r"(?<![a-z])(?:en|a|de|por|x|hasta|desde|tomar|fui a|vive|viven) ((?:la|el|los|las) )$")
_UP = "A-ZÁÉÍÓÚÑ"
_MORE_NAME = re.compile(rf"(?:(?: (?:de|del|la|las|los|el|y|e|&))* [\"«“(]?(?!(?:NSS|CURP|RFC|CP|Tel|TEL|Cel|CEL|Dr|Dra|DX|Dx|TA|FC|IMSS)(?![a-záéíóúñ]))[{_UP}][\wáéíóúñ'’.\-]*[\wáéíóúñ][»”\"]?){{1,5}}")
_BRANCH = re.compile(r",? (?:planta|sucursal|suc\.|campus|plantel) [\w\-]+(?: \d{1,4})?")

_STOP = r"(?!(?:refiere|acude|tel|cel|nss|que|con quien|desde hace|hace|niega|presenta|dx|ta|fc|cp)\b)"
_LANDMARK = re.compile(
    r",? ?\(?(?:(?:la |el )?(?:casa (?:de (?!salud)|del |azul|blanca|verde|roja|amarilla|naranja|rosa|color|con|sin|#|no)|ultima casa|port[oó]n|zaguan|fachada|barda|reja|cuarteria|vecindad|torre|depto|departamento|puesto|pasillo|andador|caseta)"
    r"|planta (?:alta|baja)|interior|int\.?|altos|bajos|atras|detras|enfrente|frente a|junto a|a (?:un|dos|tres|media|\d+) (?:lado|costado|cuadras?|casas?|min\w*|metros|km)|a mano|a espaldas|a la (?:altura|entrada|salida|orilla|vuelta|izquierda|derecha)"
    r"|al (?:fondo|lado|final|pie)|pasando|subiendo|subida|bajando|bajada|arriba d|abajo d|entrada por|salida a|rumbo a|camino a|cerca de|por (?:el|la|los|las) (?!manana|tarde|noche|madrugada|presencia|momento|servicio|cual|que|dia|paciente|medico|familia)"
    rf"|casi esq|esq(?:uina)?\.?|sin (?:numero|calle)|s/n|dos casas|\d{{1,4}} ?m(?:etros)? adelante|donde hay|tocar en|local \d|pasillo|letra|lote|manzana|mz|lt|edif\w*)(?: {_STOP}[a-z0-9ñ#º°'\-]+){{0,8}}?\)?"
    r"(?= ?[,.;:()\n|»]|$| (?:y|tel|cel|desde|refiere|acude|pide|con|se)\b)"
)
_WEEKDAY = re.compile(r"(?<![a-z])(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|vie|mie|sab|dom|jue)\.?,? $")
_STATE_AFTER = re.compile(r", (?:Ags|BC|BCS|Camp|Coah|Col|Chis|Chih|CDMX|DF|Dgo|Gto|Gro|Hgo|Jal|M[eé]x|Mich|Mor|Nay|NL|Oax|Pue|Qro|QR|SLP|Sin|Son|Tab|Tamps|Tlax|Ver|Yuc|Zac)(?=[.,;:)\n]|$)")
MONTHS = tuple("enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre".split())  # noqa: SIM905
_MONTH_BEFORE = re.compile(rf"(?<![a-z])(?:{'|'.join(MONTHS)}) (?:a|y|hasta|al|-)(?: el)? $")
_NUMBERS = {"FOLIO", "OTRO_ID", "MATRICULA", "CEDULA", "PLACA", "NSS", "ID_SUJETO_ASISTENCIA", "ID_CONTACTO_ASISTENCIAL", "OTRO_NUMERO_IDENTIF"}
_JOINED_BEFORE = re.compile(r"(?<![\w/\-])(?:[a-z0-9]{1,8}[\-/]){1,3}$")
_JOINED_AFTER = re.compile(r"(?:[\-/][a-z0-9]{1,8}){1,3}(?![\w/\-])")
_BRIDGE = re.compile(r"[ ,\"'«»()\n\-]*(?:(?:de|del|la|el|los|las) ){0,2}")


def reach(findings: list[Finding], text: str, folded: str, cased: bool) -> list[Finding]:
    """The findings with wider intervals; ordered, without overlaps."""
    out: list[Finding] = []
    for index, one in enumerate(findings):
        floor = out[-1].end if out else 0
        stop = findings[index + 1].start if index + 1 < len(findings) else len(text)
        start, end, label = one.start, one.end, one.label
        if label in _PLACES or label in _NAMES:
            start, label = _head(start, floor, label, folded)
        if label in ("FECHA", "FECHAS"):
            weekday = _WEEKDAY.search(folded, max(floor, start - 12), start) or _MONTH_BEFORE.search(folded, max(floor, start - 26), start)
            start = weekday.start() if weekday else start
            if out and out[-1].label in ("FECHA", "FECHAS", "FECHA_PARCIAL") and folded[out[-1].end : start] == " y " and folded[out[-1].start : out[-1].end] in MONTHS:
                start = out.pop().start  # «marzo y abril de 2000» is one datum
        if label in _NUMBERS:
            before, after = _JOINED_BEFORE.search(folded, max(floor, start - 24), start), _JOINED_AFTER.match(folded, end, stop)
            start, end = before.start() if before else start, after.end() if after else end
        if label in _WORKS | _UNITS and cased and end < stop:
            end = _rest(end, stop, text, folded)
        if label in _TOWNS and cased:
            state = _STATE_AFTER.match(text, end, stop)
            end = state.end() if state else end
        if label in _STREETS:
            end = _landmarks(end, stop, folded)
            article = _ARTICLE.search(folded, max(floor, start - 14), start)
            start = article.start(1) if article else start
        if out and label in _PLACES and out[-1].label in _PLACES and start - floor <= 12 and _BRIDGE.fullmatch(folded, floor, start) and any(char.isalnum() for char in text[floor:start]):
            out[-1] = Finding(out[-1].start, start, out[-1].label, out[-1].score, out[-1].source)
            while out[-1].end > out[-1].start and text[out[-1].end - 1] in " ,\n":
                out[-1] = Finding(out[-1].start, out[-1].end - 1, out[-1].label, out[-1].score, out[-1].source)
        out.append(Finding(start, end, label, one.score, one.source))
    return out


def _head(start: int, floor: int, label: str, folded: str) -> tuple[int, str]:
    """Where the noun before the finding begins, and the label that it gives."""
    low = max(floor, start - 50)
    if label not in _STREETS | _WORKS:
        unit = _UNIT_HEAD.search(folded, low, start)
        if unit is not None:
            article = re.match(r"(?:el|al|del) (?=general|regional|civil|comunitario|materno|infantil|rural|integral)", unit[0])
            return unit.start() + (article.end() if article else 0), "UNIDAD_MEDICA"
    if label in _NAMES | _UNITS:
        return start, label
    if label not in _STREETS:
        work = _WORK_HEAD.search(folded, low, start)
        if work is not None:
            return work.start(), "EMPLEADOR"
    if label in _STREETS | _TOWNS:
        street = _STREET_HEAD.search(folded, low, start)
        if street is not None and not (label in _TOWNS and street[0].startswith(("pueblo", "comunidad", "zona", "central"))):
            return street.start(), "DIRECCION"
    return start, label


def _rest(end: int, stop: int, text: str, folded: str) -> int:
    more = _MORE_NAME.match(text, end, stop)
    if more is not None and not more[0].isupper():
        end = more.end()
    branch = _BRANCH.match(folded, end, stop)
    return branch.end() if branch is not None else end


def _landmarks(end: int, stop: int, folded: str) -> int:
    for _ in range(3):
        more = _LANDMARK.match(folded, end, stop)
        if more is None or more.end() == end:
            break
        end = more.end()
    return end
