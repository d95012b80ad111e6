# ruff: noqa: E501 - patterns and word lists stay on one line
"""Everyday and clinical words that are also names somewhere; they are names only in context."""

_WORDS = """
cruz flores rosas mora leon luna rios reyes nieves dolores socorro refugio consuelo esperanza caridad salud paz angustias
remedios milagros concepcion asuncion encarnacion soledad pilar mercedes rosario trinidad guadalupe angeles jesus cielo
mar sol estrella brisa aurora alba perla rubi margarita violeta azucena jazmin dalia iris blanca clara rosa celeste
guerra campos prado prados montes valle vega lago laguna rivera ribera fuentes pozos puente torre torres castillo casas
casa calle camino barrera puerta portillo parra manzano olmo pino robles nogal naranjo palma trigo cebada avena paja
lobo zorro toro becerra cordero carnero borrego gallo gallegos pavon aguila halcon cuervo paloma palomo delfin ballena
rey conde duque marques caballero hidalgo escudero guerrero soldado sargento alcalde abad fraile monje santos santo
herrero zapatero sastre pastor vaquero molinero carretero barbero cantero pintor tornero
rojo rojas blanco negrete moreno castano rubio pardo verde dorado delgado gordo calvo crespo cano viejo mozo nino
bravo alegre valiente bueno bello hermoso franco leal luz vida amor bonilla corona espino espinosa piedra roca arena
medina mayor menor abril mayo domingo viernes enero julio agosto cabeza cabezas mano ojeda barba bocanegra costilla corazon
cruz roja alta baja media grado derecho izquierda lista plan campo dosis paciente medico enfermera
"""
EVERYDAY: tuple[str, ...] = tuple(_WORDS.split())
