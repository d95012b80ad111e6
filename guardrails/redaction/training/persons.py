# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line
"""Invented Mexican persons as notes write them: order, case, short forms, particles, nicknames, typing errors."""

from __future__ import annotations

import random

from guardrails.redaction.training.augment import name_words, pick
from guardrails.redaction.training.everyday import EVERYDAY

_USUAL_GIVEN = (
    "María José Juan Guadalupe Francisco Luis Carlos Miguel Jesús Antonio Alejandro Manuel Pedro Ana Rosa Margarita Juana Martha Leticia "
    "Teresa Verónica Patricia Silvia Elena Gloria Alicia Yolanda Josefina Irma Rocío Norma Araceli Beatriz Sofía Ximena Valeria Camila "
    "Santiago Mateo Diego Emiliano Sebastián Leonardo Iker Ángel Eduardo Fernando Jorge Ricardo Roberto Javier Sergio Raúl Arturo Enrique "
    "Gerardo Óscar Héctor Víctor Rubén Alfredo Salvador Ramón Ernesto Armando Adrián Rafael Ignacio Agustín Tomás Isidro Eusebio Hermelinda "
    "Eulalia Tiburcia Crescencio Filiberto Porfirio Delfina Otilia Ofelia Esperanza Socorro Refugio Consuelo Dolores Soledad Remedios Luz "
    "Brayan Kevin Yaretzi Dulce Jonathan Jennifer Estefanía Zoé Itzel Citlali Xóchitl Nayeli Yamileth Cuauhtémoc Nicté Abundio Evaristo"
).split()
_USUAL_SURNAMES = (
    "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Morales Vázquez Jiménez Reyes Díaz Torres "
    "Gutiérrez Ruiz Mendoza Aguilar Ortiz Moreno Castillo Romero Álvarez Méndez Chávez Rivera Juárez Ramos Domínguez Herrera Medina Castro "
    "Vargas Guzmán Velázquez Rojas Muñoz Contreras Salazar Luna Bautista Guerrero Ortega Soto Rosas Mora León Ríos Peña Campos Vega Nava "
    "Cortés Estrada Lara Valdez Guerra Cervantes Ávila Ibarra Silva Santiago Pacheco Espinoza Delgado Orozco Trejo Zamora Padilla Montes Nieves "
    "Tzec Pech Canul Chan Ek Uc Poot May Dzul Xool Cocom Ku Puc Balam Tun Coyotl Cuautle Xicohténcatl Tlatelpa Ixtlahuac Zempoalteca Nez Popoca"
).split()
_PARTICLED = (
    "de la Cruz", "de León", "del Ángel", "de la Rosa", "del Río", "de los Santos", "Montes de Oca", "de la O", "de Jesús", "de la Torre",
    "Ponce de León", "del Toro", "San Juan", "Santa Cruz", "de Anda", "del Valle", "de la Garza", "Mc Gregor", "von Raesfeld", "de la Peña y Peña",
)  # fmt: skip
_COMPOUND = (
    "María del Carmen", "Ma. del Carmen", "María de los Ángeles", "Ma. de los Ángeles", "María Guadalupe", "Ma. Guadalupe", "M.ª Elena", "María de Jesús",
    "José de Jesús", "J. Jesús", "J. Trinidad", "José Luis", "Juan Carlos", "Luis Ángel", "Rosa Ma.", "Ana Lilia", "Miguel Ángel", "Ma Luisa", "Ma. Gpe.",
    "María de la Luz", "Ma. de la Paz", "José Ma.", "Fco. Javier", "María del Rocío", "Blanca Estela", "Luz María", "Flor de María", "María Inés",
)  # fmt: skip
_NICKNAMES = (
    "Lupita Beto Chuy Pancho Pepe Lupe Concha Toño Memo Nacho Mary Paty Chelo Cuca Lola Tere Licha Mago Rosy Vicky Chayo Nena Güero Chabela Bety "
    "Kike Lalo Quique Neto Rafa Tavo Goyo Chava Chema Polo Fello Juanito Anita Rosita Panchita Teresita Carmelita Luisito Mundo Nando Mely Yoli Checo "
    "Conchita Josefita Petrita Manuelito Pedrito Lety Coco Meche Pera Tina Mine Gordis Dany Fer Ale Gaby Jime Majo Pato Santi Emi"
).split()


class Persons:
    """Draws names; every draw is a fresh invention."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.given_list, self.surname_list = name_words()

    def given(self) -> str:
        """A given name, often compound."""
        rng = self.rng
        if rng.random() < 0.2:
            return rng.choice(_COMPOUND)
        one = rng.choice(_USUAL_GIVEN) if rng.random() < 0.45 else pick(self.given_list, rng).capitalize()
        if rng.random() < 0.3:
            one += " " + (rng.choice(_USUAL_GIVEN) if rng.random() < 0.5 else pick(self.given_list, rng).capitalize())
        return one

    def surname(self) -> str:
        """One surname."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.08:
            return rng.choice(_PARTICLED)
        if draw < 0.45:
            return rng.choice(_USUAL_SURNAMES)
        if draw < 0.55:
            return rng.choice(EVERYDAY[:150]).capitalize()
        one = pick(self.surname_list, rng).capitalize()
        return f"{one}-{pick(self.surname_list, rng).capitalize()}" if rng.random() < 0.03 else one

    def full(self) -> str:
        """Given name and surnames in one of the usual forms."""
        rng = self.rng
        given, first, second = self.given(), self.surname(), self.surname()
        draw = rng.random()
        if draw < 0.46:
            name = f"{given} {first} {second}"
        elif draw < 0.6:
            name = f"{given} {first}"
        elif draw < 0.74:
            name = f"{first} {second} {given}"
        elif draw < 0.79:
            name = f"{first} {second}, {given}"
        elif draw < 0.83:
            name = f"{given[0]}. {first} {second[0] + '.' if rng.random() < 0.3 else second}"
        elif draw < 0.87:
            name = f"{given} {first[0]}. {second}" if rng.random() < 0.3 else f"{given} {first} {second[0]}."
        elif draw < 0.91:
            name = f"{given} {first}-{second}" if " " not in first + second else f"{given} {first}"
        elif draw < 0.95:
            name = f"{given} {first} {second} vda. de {self.surname()}" if rng.random() < 0.3 else f"{given} {first} de {second}"
        else:
            name = f"{first}/{second}/{given}" if rng.random() < 0.4 else f"{first} {given}"
        return self.written(name)

    def short(self) -> str:
        """How a person is called within a note: given name, surname or nickname."""
        rng = self.rng
        draw = rng.random()
        name = rng.choice(_NICKNAMES) if draw < 0.3 else self.given() if draw < 0.65 else self.surname()
        return self.written(name)

    def staff(self) -> str:
        """A colleague, behind the title: surname, initial and surname, or whole name."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.35:
            name = self.surname()
        elif draw < 0.5:
            name = f"{self.given()[0]}. {self.surname()}"
        elif draw < 0.6:
            name = f"{self.surname()} {self.surname()}"
        else:
            return self.full()
        return self.written(name)

    def written(self, name: str) -> str:
        """The name with the case and the errors of hurried typing."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.14:
            name = name.upper()
        elif draw < 0.2:
            name = name.lower()
        return self.mistyped(name) if rng.random() < 0.06 else name

    def mistyped(self, name: str) -> str:
        """The name with two letters exchanged, one lost or one doubled."""
        rng = self.rng
        if len(name) <= 5:
            return name
        at = rng.randrange(1, len(name) - 2)
        if not (name[at].isalpha() and name[at + 1].isalpha()):
            return name
        kind = rng.random()
        if kind < 0.4:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return name[:at] + name[at + 1 :] if kind < 0.7 else name[:at] + name[at] + name[at:]

    def given_word(self) -> str:
        """A given name of one word."""
        rng = self.rng
        return rng.choice(_USUAL_GIVEN) if rng.random() < 0.4 else pick(self.given_list, rng).capitalize()

    def surname_word(self) -> str:
        """A surname of one word; every fifth is an everyday word too."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.2:
            return rng.choice(EVERYDAY[:150]).capitalize()
        return rng.choice(_USUAL_SURNAMES) if draw < 0.45 else pick(self.surname_list, rng).capitalize()

    def nickname(self) -> str:
        """What friends say."""
        return self.rng.choice(_NICKNAMES)
