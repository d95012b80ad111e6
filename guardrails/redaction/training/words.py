# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line
"""Word material of the generator: streets, settlements, hospitals, companies, states (own lists)."""

from __future__ import annotations

CONSONANTS = "BCDFGHJLMNPRSTVXZ"
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
SHORT_MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()
STATES = (
    "Aguascalientes;Baja California;Campeche;Chiapas;Chihuahua;Ciudad de México;CDMX;Coahuila;Colima;Durango;Guanajuato;Guerrero;Hidalgo;Jalisco;"
    "Estado de México;Edo. Méx.;Edomex;Michoacán;Morelos;Nayarit;Nuevo León;Oaxaca;Puebla;Querétaro;Quintana Roo;San Luis Potosí;Sinaloa;Sonora;Tabasco;"
    "Tamaulipas;Tlaxcala;Veracruz;Yucatán;Zacatecas;Pue.;Ver.;Jal.;Oax.;Gto.;Tlax.;N.L.;Mich.;Hgo."
).split(";")
STREETS = (
    "Benito Juárez;Miguel Hidalgo;16 de Septiembre;5 de Mayo;20 de Noviembre;Insurgentes Sur;Emiliano Zapata;Francisco Villa;Morelos;Niños Héroes;Reforma;"
    "Independencia;Constitución;Lázaro Cárdenas;Allende;Aldama;Matamoros;Guerrero;Ocampo;Madero;Carranza;Álvaro Obregón;Norte 45;Oriente 162;Sur 73-A;Poniente 4;"
    "Pino Suárez;Venustiano Carranza;Vicente Guerrero;Josefa Ortiz;Nicolás Bravo;Las Rosas;Los Pinos;Jacarandas;Bugambilias;Girasol;Encinos;Álamos;Fresnos;Nogales;"
    "Sor Juana;Revolución;La Paz;Progreso;Libertad;Porvenir;Las Flores;El Carmen;San Juan;San Miguel;Santa Fe;del Trabajo;Ferrocarril;Panteón;Las Torres;México 68;"
    "1o. de Mayo;Tlalpan;Zaragoza;Ejército Nacional;Universidad;Vallarta;Chapultepec;Colón;Rayón;Abasolo;Mina;Galeana;Degollado;Xicoténcatl;Cuitláhuac;Moctezuma;Quetzal;"
    "Gardenias;Violetas;Tulipanes;Mirador;Lomas;Cedros;Laurel;Limón;Naranjos;Mango;Palmas;2 Sur;11 Poniente;Calle 10;59-A;Paseo Tabasco;Tecnológico;Américas"
).split(";")
SETTLEMENTS = (
    "Centro;Roma Norte;Doctores;Narvarte;Guerrero;Obrera;Morelos;Juárez;Emiliano Zapata;Benito Juárez;Lomas Verdes;Las Flores;Santa María;San Rafael;San José;San Pedro;Loma Bonita;"
    "La Esperanza;El Carmen;Las Américas;Jardines del Sur;Villas del Sol;Los Pinos;El Mirador;Las Palmas;Buenavista;Miguel Hidalgo;Lázaro Cárdenas;Independencia;Providencia;"
    "La Luz;Santa Cruz;Tierra Colorada;Ojo de Agua;El Rosario;La Joya;Bosques de Aragón;Valle Dorado;San Isidro;Santa Rosa;Nueva España;Industrial;Del Valle;Prados;Vista Hermosa;"
    "Tierra y Libertad;20 de Noviembre;Los Reyes;San Lorenzo;Guadalupe;La Cruz;El Porvenir;Arboledas;Campestre;Los Laureles;Cuauhtémoc;Villa de Guadalupe;Las Granjas;El Salto;Dos Ríos"
).split(";")
HOSPITALS = (
    "Hospital General de México;Hospital Juárez;Hospital Ángeles;Hospital Ángeles Lomas;CMN Siglo XXI;Centro Médico Nacional La Raza;CMN de Occidente;Hospital de Especialidades Puebla;"
    "Hospital Civil de Guadalajara;Hospital de Cardiología;Instituto Nacional de Cardiología;Hospital Regional de Alta Especialidad;Hospital de la Mujer;Hospital Rural de Prospera;"
    "Hospital del Niño;Hospital San José;Clínica Santa María;Sanatorio San Francisco;Hospital Star Médica;Hospital Médica Sur;Cruz Roja Polanco;Centro de Salud Urbano;Centro de Salud San Andrés;"
    "Hospital de Ortopedia Magdalena de las Salinas;UMAE Hospital de Pediatría;Laboratorio Chopo;Laboratorios Azteca;Hospital Muguerza;Hospital Comunitario;ISSSTE Zaragoza;Hospital Gineco-Obstetricia 4;"
    "Hospital Ignacio Zaragoza;Clínica del Bosque;Hospital General Dr. Manuel Gea González;INCMNSZ;Hospital Infantil de México Federico Gómez;guardería IMSS 12;Hospital General Regional 36"
).split(";")
COMPANIES = (
    "Bimbo;Oxxo;Walmart;Bodega Aurrerá;Coppel;Pemex;CFE;Telmex;Volkswagen;Nissan;Audi;Cinépolis;Soriana;Chedraui;Elektra;Femsa;Coca-Cola Femsa;Lala;Sabritas;Cemex;Liverpool;Maseca;Flextronics;"
    "Foxconn;Delphi;Lear;Yazaki;Home Depot;Estafeta;DHL;Jumex;La Costeña;Ternium;Kimberly Clark;Secundaria Técnica 14;Colegio Benavente;Gasolinera La Cruz;Mueblería Dico;Hotel Fiesta Inn;Tortillería La Güera;"
    "Minera Fresnillo;Ingenio El Potrero;Tianguis Las Torres;Guardias Blancas Seguridad;Call Center Teleperformance;Uber;Didi;Ayuntamiento de Puebla;SEP;DIF municipal;Grupo Modelo;Farmacias Guadalajara;Avícola San Andrés"
).split(";")
