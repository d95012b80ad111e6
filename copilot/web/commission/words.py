"""What the values of the log are called in Spanish. A value without a name is shown as it is."""

from __future__ import annotations

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from copilot.nom004.norm import elements, norm_types

ACTIONS = {
    "structure": "Estructurar nota",
    "ask": "Pregunta a las guías",
    "dictate": "Dictado",
    "edit": "Corrección",
    "sign": "Firma",
    "export": "Exportación",
    "discard": "Descarte",
    "verify": "Comprobación de afirmación",
    "redact": "Desidentificación",
    "login": "Acceso",
    "login_failed": "Acceso fallido",
    "logout": "Salida",
    "audit_read": "Lectura de la bitácora",
    "settings_change": "Cambio de configuración",
    "model_change": "Cambio de modelo",
    "corpus_change": "Cambio de guías",
    "users_change": "Cambio de usuarios",
    "evaluation": "Evaluación",
    "log_created": "Creación de la bitácora",
    "key_rotation": "Cambio de llaves",
    "erase": "Borrado con orden",
}
OUTCOMES = {
    "ok": "Correcto",
    "provisional": "Provisional",
    "answered": "Respondida",
    "abstained": "Abstención",
    "refused": "Rechazada",
    "failed": "Falló",
    "cancelled": "Cancelada",
    "supported": "Sostenida",
    "unsupported": "No sostenida",
    "discarded": "Descartada",
    "reviewed": "Revisada",
    "addendum": "Adenda firmada",
    "rated": "Valorada",
    "checklist": "Lista de la norma",
    "started": "Iniciada",
    "cancel_requested": "Cancelación pedida",
    "review_sampled": "Muestra para revisar",
    "review_settled": "Juicios conciliados",
    "review_left": "Revisión dejada sin terminar",
    "": "—",
}
GRAVE = frozenset({"failed", "unsupported", "refused"})
ROLES = {
    "medico": "Médico",
    "comision": "Comisión",
    "evaluador": "Evaluador",
    "administrador": "Administrador",
    "sistema": "Sistema",
}
PHASES = {"event": "Suceso", "request": "Solicitud", "result": "Resultado"}
REDACTIONS = {
    "NOMBRE_PACIENTE": "Nombre del paciente",
    "NOMBRE_FAMILIAR": "Nombre de familiar",
    "NOMBRE_PERSONAL": "Nombre del personal",
    "NSS": "NSS",
    "AGREGADO": "Agregado",
    "CURP": "CURP",
    "RFC": "RFC",
    "CEDULA": "Cédula",
    "MATRICULA": "Matrícula",
    "TELEFONO": "Teléfono",
    "CORREO": "Correo",
    "DIRECCION": "Dirección",
    "CP": "Código postal",
    "MUNICIPIO_ESTADO": "Municipio o estado",
    "FECHA": "Fecha",
    "EDAD_90": "Edad de 90 o más",
    "EMPLEADOR": "Empleador",
    "UNIDAD_MEDICA": "Unidad médica",
    "PLACA": "Placa",
    "INE": "INE",
    "FOLIO": "Folio",
    "OTRO_ID": "Otro identificador",
}
SCOPE = {
    "pregunta_clinica": "Pregunta clínica",
    "ayuda_documentacion": "Ayuda para documentar",
    "fuera_de_alcance": "Fuera de alcance",
    "danina": "Dañina",
    "inyeccion": "Instrucción incrustada",
}
CHANGES = {"add": "Agregó", "remove": "Quitó", "replace": "Cambió", "move": "Movió"}
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip


def plain(value: str) -> str:
    """A key of the program as words."""
    return value.replace("_", " ").capitalize()


def action(value: str) -> str:
    """Name of an action."""
    return ACTIONS.get(value, plain(value))


def outcome(value: str) -> str:
    """Name of an outcome."""
    return OUTCOMES.get(value, plain(value))


def local(time: str, zone: ZoneInfo) -> str:
    """A time of the log (UTC) as the site's clock showed it."""
    return f"{datetime.datetime.fromisoformat(time).astimezone(zone):%d/%m/%Y %H:%M:%S}"


def number(value: float, decimals: int = 0) -> str:
    """A number as it is written in Mexico."""
    return f"{value:,.{decimals}f}"


ALERTS = {
    "idioma": "Idioma",
    "instruccion_incrustada": "Instrucción incrustada",
    "redaccion": "Redacción",
    "valor_imposible": "Valor imposible",
}


def alert(kind: str) -> str:
    """Name of an alert."""
    return ALERTS.get(kind, plain(kind))


@lru_cache(maxsize=1)
def _elements() -> dict[str, str]:
    return {one.key: one.label for kind in norm_types() for one in elements(kind)}


def missing(key: str) -> str:
    """Name of an element of NOM-004-SSA3-2012."""
    return _elements().get(key, plain(key))
