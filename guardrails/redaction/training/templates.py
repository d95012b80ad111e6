# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line
"""Sentence material of the generator: how Mexican notes mention persons, places and numbers; written by hand.

Slots in braces: ``pac`` patient's whole name, ``corto`` how the patient is called, ``fam`` relative (whole or short), ``med``
colleague, ``nss curp rfc agr ine placa folio ced mat tel mail fecha dir lugar cp emp uni edad sexo id``. Words outside the slots are
never personal data.
"""

from __future__ import annotations

HEADERS = """
{sexo} {edad} {pac} NSS {nss}
{pac} {edad} {nss}
{pac}, {edad}, NSS {nss}, {uni}
Paciente {sexo} de {edad}, {pac}, afiliación {nss} {agr}
Nombre: {pac}|Edad: {edad}  Sexo: {sexo}|NSS: {nss}  Agregado: {agr}|Fecha: {fecha} Hora: 10:30
NOMBRE: {pac}  EDAD: {edad}  SEXO: {sexo}|N.S.S.: {nss}|CAMA: 12  SERVICIO: MEDICINA INTERNA
Nombre del paciente: {pac}|Fecha de nacimiento: {fecha}|CURP: {curp}|Domicilio: {dir}, {lugar}|Teléfono: {tel}
Px {pac} {edad} acude a consulta
pte {pac} de {edad} viene x control
Nota de evolución {fecha} 08:15 h. {pac}, {edad}, cama 214
{fecha}  {pac}  {nss}  {agr}  cons 4 mat
PACIENTE: {pac} | NSS: {nss} | AGREGADO: {agr} | UNIDAD: {uni}
Ap. paterno: {ape}  Ap. materno: {ape}  Nombre(s): {gn}|NSS {nss}
Apellidos: {ape} {ape}|Nombre: {gn}|Afiliación: {nss}|Edad: {edad}
{uni}|NOTA DE URGENCIAS|{fecha} 22:45 hrs|{pac}|{nss}|{edad} {sexo}
IMSS {uni} Servicio de Urgencias. Fecha {fecha}. Paciente: {pac}. Edad: {edad}. NSS: {nss}
Ingresa {pac} ({edad}) procedente de {uni}, NSS {nss}
Se trata de {sexo} de {edad} quien responde al nombre de {pac}, originario de {lugar}, residente de {lugar}
Se recibe paciente {pac} en camilla, acompañada de {kin} {fam}
{pac} / {edad} / {sexo} / {nss}
PID|1||{folio}^^^IMSS||{hl7}||{hl7date}|{hl7sex}
Expediente {folio}. {pac}. F. nac. {fecha}. Tel {tel}
exp {folio} {pac} {edad}
HOJA DE REFERENCIA|Unidad que envía: {uni}|Unidad a la que se envía: {uni}|Paciente: {pac}|NSS: {nss}|CURP {curp}
Carta de referencia. Por medio de la presente me permito enviar a {trato} {pac}, de {edad}, con número de seguridad social {nss}
INCAPACIDAD folio {folio}. Asegurado: {pac}. NSS {nss}. Patrón: {emp}. Días autorizados: 7 a partir del {fecha}
ST-7|Trabajador: {pac}|NSS: {nss}|Empresa: {emp}|Registro patronal {id}|Fecha del accidente: {fecha}
TRABAJO SOCIAL. Entrevista con {fam}, {kin} de {pac}. Domicilio {dir}, {lugar}, CP {cp}. Tel. {tel}
Enfermería turno nocturno. {uni2} cama 7 {pac} {edad}
RECETA|{pac}|NSS {nss}|{fecha}
Triage rojo {fecha} 03:12 {pac} {sexo} {edad}
nota dictada paciente de nombre {pac} edad {edad} afiliacion {nss}
buenas tardes soy {dr} {med} dicto nota de {pac} de {edad} punto
Egreso hospitalario. {pac}. Ingreso {fecha}, egreso {fecha}. Expediente {folio}
RN de {pac}, {sexo}, nacido el {fecha} a las 14:05
{pac}|{fecha}|{edad}|{nss}
Identificación: {pac}, {sexo}, {edad}, casado, católico, ocupación chofer en {emp}, originario y residente de {lugar}, {lugar}
{trato} {pac}, {edad}, viene con su {kin} {fam}
{trato} {corto} {edad} dm2
{trato} {corto} {edad}
Se presenta con credencial INE {ine}, {pac}, {sexo} {edad}
Derechohabiente {pac} {agr} vigente en {uni}
SOAP {fecha} - {pac} - {edad} - {nss} - {agr}
cama 5 {pac}
c-14 {trato} {pac} DEIH 3
CURP {curp} RFC {rfc}|Nombre {pac}
Hola dr, le paso el caso de {pac} {edad} NSS {nss} tel {tel}
NOTA PREOPERATORIA {pac} {nss} {edad} Dx preop: ver abajo
{pac} viuda de 71 años, vive en {dir}
De: {med}  Para: Urgencias {uni}  Asunto: {pac} {nss}
{corto} ({edad}) regresa por estudios
{pac} se presenta a la unidad por su propio pie
{edad} {corto} rinorrea 4 dias
Folio {folio} {pac} {agr} {uni}
{ape} {ape} {gn}  {agr}  {nss}
{ape} {ape}, {gn} {edad}
cama 3: {corto}
PACIENTE {pac} AFILIACION {nss} {agr} {uni} {fecha}
Px: {pac} F/N {fecha}
quien dice llamarse {pac}, sin familiares
conocido como {corto}, nombre {pac}
C. {pac} PRESENTE
A quien corresponda: se hace constar que {trato} {pac} acudió el {fecha}
Asegurado {pac}, patrón {emp}
DATOS GENERALES: {pac}, {edad}, escolaridad primaria, religión católica, {lugar}
"""

MIDDLES = """
Acude acompañada por su {kin} {fam}, quien refiere el padecimiento
viene con {fam} ({kin})
su {kin} {fam} dice que no toma el medicamento
{kin} {fam} refiere que desde ayer no come
{kin}: {fam}, tel {tel}
informante: {fam} ({kin})
Contacto: {fam} {tel}
avisar a {fam} al {tel}
En caso de emergencia avisar a su {kin} {fam} al cel {tel}
{trato} {corto} refiere mejoría
{corto} dice que ya no le duele
{corto} tolera vía oral
le explico a {trato} {corto} el plan
{trato} {corto} acepta el procedimiento
se comenta con {dr} {med}
se comenta caso con {dr} {med} ({esp})
valorado por {dr} {med} de {uni}
interconsulta a {esp} ({dr} {med})
ya lo vio {dr} {med} el {fecha}
{dr} {med} indicó continuar igual
según nota de {dr} {med} del {fecha}
operada el {fecha} en {uni}
Antecedente de cesárea el {fecha} en {uni}
FUM {fecha}, FPP {fecha}
F.U.M.: {fecha}
Mastografía {fecha} BIRADS 2
lab del {fecha}: Hb 11.2
Hospitalizado en {uni} del {fecha} al {fecha}
cita el {fecha} con {dr} {med}
próxima cita {fecha} a las 9:00
Se envía a {uni} para valoración por {esp}
referido de {uni} por {dr} {med}
traslado a {uni} en ambulancia placas {placa}
originaria de {lugar}, radica en {lugar} desde hace 5 años
originario de {lugar}, {lugar}
vive en {dir}, {lugar}
Domicilio: {dir}, C.P. {cp}, {lugar}
Dom. {dir}
dir: {dir} {lugar} cp {cp} tel {tel}
trabaja en {emp} turno nocturno
labora en {emp} como operador
obrero de {emp}, 12 horas de pie
Empleado de {emp} desde 2015
empresa {emp}, puesto ayudante general
chocó su auto placas {placa} en la carretera
atropellado por vehículo con placas {placa}
correo {mail}
enviar resultados a {mail}
RFC {rfc}
CURP: {curp}
agregado {agr}
NSS {nss}
folio de incapacidad {folio}
incapacidad {folio} por 14 días
exp. {folio}
No. de expediente: {folio}
Estudio {folio} del {fecha}
INE {ine}
tel {tel}
cel. {tel}, recados {tel}
vecina {fam} lo trajo
cuidadora primaria: {fam}
madre: {fam}, padre: {fam}
hijos: {fam} y {fam}
{fam} ({kin}) firma consentimiento
responsable {fam}, {kin}
niega contacto con enfermos, su {kin} {fam} tuvo tos
acude {fam}, {kin} de la paciente, por resultados
habla {kin} {fam} para preguntar por el paciente
Firma por el paciente: {fam}
la maestra {fam} nota que no ve el pizarrón
hermano {fam} de 45 años con DM2
viajó a {lugar} hace 2 semanas
procedente de {lugar}, viajó en autobús
vecino de {lugar}
albañil en {lugar}
referida por el centro de salud de {lugar}
{trato} {corto} comenta que el dolor cede con paracetamol
ayer {corto} presentó dos evacuaciones
{corto} sigue sin tolerar la dieta
se le explica a {corto} que debe regresar en ayuno
{corto} pide su alta voluntaria
se comenta con {kin} {fam} el mal pronóstico
llega en brazos de su {kin} {fam}
su {kin} {fam} y su {kin} {fam} lo cuidan
la cuida {fam}, {kin}
quien la acompaña es {fam}
la vecina {fam} marcó al 911
Habita con su familia en {calle}, {lugar}
Habita en {calle}, todos los servicios
vive en {calle}; {cp}
domicilio: {dir}
su casa está en {dir} de {lugar}
renta un cuarto en {dir}
vive por {dir}, cerca del mercado
viene desde {lugar} en camión
baja de {lugar} cada mes por su medicamento
se accidentó en la carretera a {lugar}
tiene familia en {lugar}
migró a {lugar} en la infancia
la mandan de la {uni} con sospecha de apendicitis
antes la vieron en {uni} y en {uni}
lo revisaron en {uni}, sin mejoría
trae hoja de {uni}
se contrarrefiere a {uni} con médico familiar
es costurera en {emp}, 10 horas sentada
es velador de {emp}
cajera en {emp}, dos turnos
repartidor para {emp} en moto
jubilado de {emp}
trabaja limpiando en {emp}
pensionado de {emp} hace 10 años
le dieron incapacidad {folio} y {folio}
incapacidad subsecuente {folio}
muestra {folio} en patología
biopsia {folio} enviada el {fecha}
placa {placa} del vehículo que lo impactó
iba en moto, placas {placa}
redes sociales: {red}
Facebook {red}
licencia {licencia}
identificado con pasaporte {licencia}
nota elaborada por {med} {mat}
reportado por {dr} {med} vía telefónica
patóloga {med} reporta
anestesia a cargo de {med}
quirúrgico: {med}, {med}
enterado {med}
pasa visita {dr} {med}
ya avisado {dr} {med} de guardia
{dr} {med} no contesta
C. {fam} ({kin}) pone su huella
autoriza {fam}, {kin}
nombre y huella: {fam}
tuvo a {fam} y a {fam} por cesárea
su {kin} {fam} falleció de infarto
CURP{curp} NSS{nss}
nss{nss}
seg. social no. {nss} vigente
{trato} {corto} de {uni}
"""

SIGNATURES = """
{dr} {med} mat {mat}
{dr} {med} Matrícula {mat}
{dr} {med}, céd. prof. {ced}
{dr} {med}. Cédula profesional: {ced}. Matrícula: {mat}
Elaboró: {dr} {med}|Cédula {ced}
Médico tratante: {dr} {med}|Matrícula: {mat}
Atte. {dr} {med} ced {ced} {esp}
{dr} {med} R2 {esp} / {dr} {med} MB
{dr} {med} / {dr} {med}
Enf. {med} turno vespertino
LEO {med} mat. {mat}
E.E. {med}
TS {med}, trabajo social {uni}
MIP {med}
MIP {med} / R3 {med} / MB {med}
R1MF {med} {mat}
Revisó: {dr} {med} Jefe de servicio
Cirujano: {dr} {med}|Ayudante: {dr} {med}|Anestesiólogo: {dr} {med}|Instrumentista: Enf. {med}|Circulante: {med}
Firma: {med}
Nombre y firma del médico: {med}
Médico que refiere: {dr} {med} ({uni})
Recibe: {med}  Entrega: {med}
dra {med} mf cons 8
dr {med} urg
DRA {med} {mat}
{dr} {med}, {uni}, {lugar}, a {fecha}
{lugar}, a {fecha}. {dr} {med}
Mtra. {med} nutrición
Psic. {med}
QFB {med} ced {ced}
Adscrito {med}
D.G.P. {ced}
Dictó {med}
med {med} {mat}
{med} {mat} {ced}
{ape} {ape} {gn} / {mat}
R3 {ape} / MB {ape}
{med} CG
dictó {dr} {med} transcribió {med}
Enf. gral. {med}
{ape}/R2MI
{dr} {ape} {ced}
Valida: {med} (jefatura)
"""

NEGATIVES = """
Murphy positivo, McBurney (-)
signo de Blumberg negativo
Glasgow 15, pupilas isocóricas
enfermedad de Parkinson desde 2019
sonda Foley 16 Fr a derivación
Babinski negativo bilateral
maniobra de Finkelstein positiva, Phalen y Tinel positivos
síndrome de Guillain-Barré en 2011
Wagner II en primer ortejo
Kernig y Brudzinski negativos
Giordano negativo, Rovsing dudoso
Killip I, TIMI 3, Killip Kimball II
Mallampati II, Patil Aldreti I, Bellhouse Dore II
Silverman Andersen 2, Apgar 8/9, Capurro 38.4 SDG
tiroiditis de Hashimoto, enfermedad de Graves
Tanner III, Denver normal
Bishop 7, Leopold cefálico
Clasificación de Gustilo y Anderson IIIA
Ringer Lactato 1000 cc p/8 h
Tegaderm, Micropore, Jelonet
prótesis de Thompson, clavo de Küntscher, placa DCP
Garden III, Weber B, Salter Harris II
Alvarado 8 puntos, Ranson 2, Marshall
Hartmann 500 ml en carga
Papanicolaou normal, Schiller negativo
Kussmaul, Cheyne-Stokes ausentes
Cruz Roja lo trae tras caída
refiere dolores de cabeza y flores blancas en la boca
vive en casa propia de block con todos los servicios
dolor en la mano derecha en forma de anillo
ESCALA DE DOWNTON 3, NORTON 14, BRADEN 16
Fuente de infección urinaria, foco a determinar
piel morena clara, mucosas rosadas
reposo en cama baja, barandales arriba
control en su UMF con su médico familiar
acude a urgencias por la noche del domingo
dieta de 1500 kcal, caminar en el parque
virus de Epstein-Barr, Coombs directo negativo
úlcera de Marjolin, nódulo de Heberden
test de Fagerström 6, Zung moderado, Beck 21
SatO2 94%, TA 130/80, FC 88, FR 20, T 36.5
Glu 245, Cr 1.1, Hb 13.4, Leu 12500, Plaq 245000
Metformina 850 mg VO c/12 h, losartán 50 mg c/24 h
creatinina 0.9 desde marzo, hace 3 días, 3/7 días
G3 P2 C1 A0, FUM no recuerda
cita en 1 mes con labs, alarma explicada
Rx de tórax sin condensación, placa simple de abdomen
hijo sano, madre diabética, padre finado por IAM
su esposa lo nota confuso
la hija refiere que no duerme
enfermera en turno informa glucemia capilar 68
pasa a piso de medicina interna, cama 204
insulina NPH 20-0-10, Lantus 24 UI, Humalog
código postal no proporcionado, sin teléfono
niega viajes, niega contacto con tosedores
labora como obrero 8 horas de pie
ama de casa, católica, primaria completa
campesino, jornalero en temporada
trabaja de cajera, sedestación prolongada
Lupus eritematoso, Sjögren, Raynaud
Trendelenburg positivo, Lasègue 40°, Bragard +
Dix-Hallpike derecho, Epley, Romberg negativo
Estadio III de Lugano, Gleason 7, Breslow 2 mm, Nottingham II
técnica de Lichtenstein, incisión de Pfannenstiel, Kocher, Rocky Davis
catéter Mahurkar, Tenckhoff, Penrose, Jackson Pratt, Biovac
dx de HAS en 2015, DM2 desde 2008
colecistectomía en 2003, cesárea en 2009 y 2012
última mastografía en mayo de 2024, normal
inició en marzo de 2020 con artralgias
transfundida en 1998, sin reacciones
en enero inició con parestesias, en abril pérdida de peso
tabaquismo desde los 15 años hasta 2010
influenza estacional noviembre, covid 3 dosis 2021
fractura de radio en la infancia, apendicectomía a los 12 años
menarca 12, IVSA 18, 2 parejas, Papanicolaou 2023 normal
acude el lunes con resultados, cita martes 9:00 h
a las 22:15 h glucosa 312, a las 02:00 h 188
cama 12 libre, cama 14 en aislamiento
turno matutino sin eventualidades, se entrega servicio completo
Hidrocortisona 100 mg IV c/8 h, Omeprazol 40 mg IV c/24 h
Sol. mixta 1000 cc p/12 h, KCl 20 mEq
Se toma biopsia y se envía a patología
vive con su esposo y tres hijos, zoonosis negativa
habita casa de interés social, agua, luz y drenaje
alimentación 3/3, regular en calidad y cantidad
consume agua de garrafón, baño diario
trabaja en el campo, expuesta a plaguicidas
es obrero, turno rotatorio, carga 25 kg
estudiante de preparatoria, promedio 8
jubilado, antes carpintero
el dolor se irradia a hombro, Blumberg +, Carnett negativo
sin datos de irritación peritoneal, peristalsis presente
cardio rítmico, campos pulmonares ventilados
pupilas 3 mm, llenado capilar 2 s
Perla, rosa y blanca son colores que nombra bien
sale a caminar al parque con su perro
come mango, plátano y naranja
le gusta pescar en el río, nadar en la laguna
refiere que su vecino fuma
acompañada de su hija, la hija niega caídas
mamá refiere fiebre de 39, papá con tos
niega alergias, niega transfusiones, niega cirugías
TSH 5.2, T4L 0.9, FR 42, PCR 18
Fx de cadera Garden IV, Boyd Griffin II
lesión de Hill-Sachs y Bankart, prueba de Jobe positiva
Ranawat I, Nurick 2, signo de Hoffman ausente
Forrest III, Rockall 2, Los Ángeles B
BI-RADS 4A, TI-RADS 3, Bosniak II
Child Pugh B, MELD 14, Maddrey 20
APACHE II 18, SOFA 6, SAPS 40
Karnofsky 70, ECOG 1, Barthel 60, Lawton 3
CURB-65 2 puntos, Wells 4.5, Ginebra 6
paracetamol 500 mg 20 tab, ibuprofeno 400 mg 15 tab, ambroxol jbe
Bonadoxina, Tempra, Neo-Melubrina, Buscapina, XL3
apósito, venda elástica 10 cm, férula de Zimmer
Ensure, Glucerna, suero oral Vida Suero
Dra. ausente, se difiere
con médico familiar en su unidad, con trabajo social
se solicita interconsulta a medicina interna
no cuenta con número de afiliación
se ignora domicilio, sin familiares presentes
"""

KIN = "hija hijo esposa esposo mamá papá madre padre hermana hermano nieta abuela tía sobrina cuñada suegra vecina cuidadora nuera prima pareja concubino comadre".split()
TREATS = ("Sra.", "Sr.", "sra", "sr", "la Sra.", "el Sr.", "doña", "don", "Don", "Doña", "señora", "el señor", "Srita.", "SRA.", "la señora", "el niño", "la niña", "la paciente", "paciente", "Sra", "c.", "la joven")
DOCTOR = ("Dr.", "Dra.", "Dr", "Dra", "dr", "dra", "dr.", "DRA.", "DR.", "Dr.", "Dra.", "doctor", "la doctora", "el dr.", "Doctora")
SPECIALTY = "cirugía general;medicina interna;ortopedia;nefrología;cardiología;oftalmo;gineco;pediatría;urgencias;neurología;medicina familiar;anestesiología;psiquiatría;TyO;MI;CG;GyO;urología;ORL;endocrino".split(";")
