# ruff: noqa: E501 - patterns and word lists stay on one line
"""Word lists of the name rules, folded (lower case, no accents)."""

from __future__ import annotations

STAFF_TITLES = frozenset(
    ["dr", "dra", "drs", "dras", "doctor", "doctora", "enf", "enfa", "enfro", "lic", "psic", "qfb", "mip", "mpss", "r1mi", "eem", "leo", "aux", "adscrita", "adscrito", "tratante", "residente", "r1", "r2", "r3", "r4", "r5", "enfermera", "enfermero", "medico", "medica", "urgenciologo", "cirujano", "ginecologo", "ginecologa", "pediatra", "internista", "nutriologa", "nutriologo", "psicologa", "psicologo", "camillero", "camillera", "tum", "paramedico", "quimico", "quimica", "odontologo", "odontologa", "nefrologo", "nefrologa", "cardiologo", "cardiologa",
     "patologo", "patologa", "anestesiologo", "anestesiologa", "cirujana", "partera", "promotora", "promotor", "pasante", "interno", "supervisora", "supervisor", "coordinadora", "coordinador",
     "instrumentista", "circulante", "terapista", "psiq", "psiquiatra", "neurologo", "neurologa", "urologo", "geriatra", "ortopedista", "traumatologo", "nutriologa", "optometrista", "asistente", "recepcionista", "psse", "ln", "ltf", "cd"]
)
TITLES = frozenset(["sr", "sra", "srita", "srta", "srs", "don", "dona", "dna", "sres", "sras", "senor", "senora", "usuario", "usuaria", "senorita", "joven", "paciente", "pac", "px", "pte", "c"])
KIN = frozenset(
    ["esposa", "esposo", "conyuge", "concubina", "concubino", "pareja", "novio", "novia", "marido", "mujer", "hija", "hijo", "hijas", "hijos", "madre", "padre", "mama", "papa", "mami", "papi", "hermana", "hermano", "hermanos", "nieta", "nieto", "abuela", "abuelo", "abuelita", "abuelito", "tia", "tio", "prima", "primo", "sobrina", "sobrino", "cunada", "cunado", "suegra", "suegro", "yerno", "nuera", "madrina", "padrino", "comadre", "compadre", "vecina", "vecino", "cuidadora", "cuidador", "amiga", "amigo", "tutor", "tutora", "familiar", "acompanante", "responsable", "ahijada", "ahijado", "bisnieta", "bisnieto", "madrastra", "padrastro", "hijastra", "hijastro", "gemela", "gemelo"]
)
PARTICLES = frozenset(["viuda", "vda", "de", "del", "la", "las", "los", "y", "e", "i", "da", "do", "dos", "san", "santa", "van", "von", "der"])
NEVER_NAMES = frozenset(
    ["prim", "finado", "finada", "sana", "sano", "vivo", "viva", "diabetica", "diabetico", "hipertensa", "hipertenso", "buenas", "buenos", "tardes", "dias", "noches", "esposo", "esposa", "firma", "nieto", "nieta", "de", "del", "la", "las", "los", "el", "y", "e", "o", "u", "a", "en", "con", "sin", "por", "para", "que", "se", "su", "sus", "al", "un", "una", "uno", "no", "si", "es", "ha", "fue", "era", "esta", "este", "refiere", "acude", "niega", "dr", "dra", "sr", "sra", "srita", "enf", "lic", "don", "dona", "paciente", "pac", "px", "pte", "medico", "medica", "doctor", "doctora", "enfermera", "enfermero", "nombre", "edad", "sexo", "fecha", "hora", "hospital", "clinica", "imss", "umf", "hgz", "hgr", "umae", "servicio", "turno", "cama", "piso", "consultorio", "urgencias", "consulta", "nota", "ingreso", "egreso", "alta", "jefe", "jefa", "mama", "papa", "madre", "padre", "hijo", "hija", "hermano", "hermana", "esposo", "esposa", "abuela", "abuelo", "tia", "tio", "conyuge", "pareja", "familiar", "tel", "cel", "nss", "curp", "rfc", "cp", "col", "calle", "masculino", "femenino", "masc", "fem", "hombre", "mujer", "nino", "nina", "ta", "fc", "fr", "temp", "spo2", "glu", "dm", "has", "dm2", "hta", "epoc", "irc", "erc", "bh", "qs", "ego", "rx", "tac", "usg", "ekg", "vo", "iv", "im", "sc", "mg", "ml", "kg", "cm", "dx", "idx", "tx", "hx", "ap", "app", "ahf", "apnp", "pa", "ef", "plan", "diagnostico", "tratamiento", "pronostico", "evolucion", "exploracion", "fisica", "laboratorio", "laboratorios", "adscrito", "adscrita", "tratante", "residente", "cedula", "matricula", "mat", "ced", "prof", "profesional", "especialista", "general", "familiar", "interna", "cirugia", "pediatria", "ginecologia", "obstetricia", "medicina", "traumatologia", "ortopedia", "bpm", "lpm", "rpm", "mmhg", "si", "no", "x", "am", "pm", "hrs", "enero", "febrero", "marzo", "mayo", "junio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "quien", "cual", "como", "cuando", "donde", "muy", "mas", "menos", "bien", "mal", "regular"]
)
NOT_A_NAME = frozenset(
    ["varon", "mujer", "hombre", "lactante", "femenina", "femenino", "escolar", "adolescente", "recien", "neonato", "ano", "edad", "ncol", "correo", "unidad", "col", "bioquimica", "refiere", "acude", "niega", "anos", "meses", "dias", "mg", "ml", "cada", "desde", "hace", "presenta", "dolor", "fiebre", "tratamiento", "diagnostico", "con", "sin", "por", "para", "que", "se", "conocido", "hogar", "diabetes", "hipertension", "derecha", "izquierda", "bilateral", "normal", "negado", "negada", "negativo", "positivo", "ninguno", "ninguna", "urgencias", "consulta", "servicio", "masculino", "femenino"]
)
EPONYM_CUES = frozenset(
    ["signo", "signos", "sindrome", "sx", "enfermedad", "enf", "maniobra", "maniobras", "test", "prueba", "escala", "clasificacion", "indice", "reflejo", "punto", "puntos", "triada", "ley", "sonda", "cateter", "drenaje", "tumor", "mal", "morbus", "tecnica", "operacion", "procedimiento", "cirugia", "fractura", "luxacion", "hernia", "linea", "lineas", "angulo", "espacio", "incision", "posicion", "respiracion", "ritmo", "score", "criterio", "criterios", "formula", "metodo", "ulcera", "esofago", "anillo", "glandula", "glandulas", "conducto", "ligamento", "tendon", "canal", "fosa", "trompa", "trompas", "corea", "paralisis", "esclerosis", "tincion", "estadio", "grado", "lesion", "nevo", "quiste", "tiroiditis", "nodulos", "nodulo", "nodos", "manchas", "cuerpos", "celulas", "virus", "bacilo", "soplo", "pulso", "onda", "fascitis", "anemia", "linfoma", "sarcoma", "carcinoma"]
)
# These stand before an eponym only with «de» between; without it they are a title («Enf. Socorro») or prose («punto Fabián»).
EPONYM_DIRECT = EPONYM_CUES - {
    "enf", "mal", "cirugia", "grado", "lesion", "espacio", "linea", "lineas", "punto", "puntos", "posicion", "canal", "conducto", "metodo", "operacion", "procedimiento", "ley", "ritmo", "quiste",
    "hernia", "ulcera", "anemia", "virus", "tumor", "pulso", "onda", "respiracion", "tendon", "fosa", "nodos", "manchas", "celulas",
}  # fmt: skip
NICKNAME_PHRASES = (
    ("apodado",), ("apodada",), ("apodo",), ("alias",), ("le", "dicen"), ("le", "digan"), ("le", "llaman"), ("mejor", "conocido", "como"), ("mejor", "conocida", "como"), ("conocido", "como"), ("conocida", "como"),
    ("preguntar", "por"), ("solo", "dice"), ("se", "hace", "llamar"), ("dice", "ser"), ("se", "identifica", "como"), ("a", "cargo", "de"), ("de", "apellido"), ("de", "apellidos"), ("apellidarse",),
)  # fmt: skip
NAME_PHRASES = (
    ("se", "llama"), ("dice", "llamarse"), ("llamarse",), ("de", "nombre"), ("al", "nombre"), ("por", "nombre"), ("conocido", "como"),
    ("conocida", "como"), ("libre", "con"), ("casada", "con"), ("casado", "con"), ("estimada",), ("estimado",), ("querida",), ("querido",), ("nombre", "real"), ("a", "nombre"), ("llamada",), ("llamado",), ("nombre", "del", "paciente"), ("alias",),
)  # fmt: skip
