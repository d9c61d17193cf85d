"""People as they write to each other, for measuring how greetings are compared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from sendguard import Message
from sendguard.canonical import fold_name

_GIVEN = {
    "en": "Elizabeth William Margaret Thomas Catherine Robert Jennifer Michael Susan Daniel Rebecca "
    "Christopher Victoria Benjamin Deborah Matthew Patricia Edward Samantha Nicholas Oluwaseun "
    "Priya Rajesh Siobhan Wei",
    "de": "Jürgen Hannelore Wolfgang Ursula Sebastian Friederike Matthias Heike Stefan Gisela "
    "Andreas Katharina Torsten Monika Uwe Sabine Jörg Anneliese Rüdiger Claudia Dirk Petra "
    "Holger Renate Aylin",
    "fr": "Jean-Luc Amélie François Geneviève Thierry Solange Étienne Odile Pascal Mireille "
    "Guillaume Chantal Benoît Sandrine Yves Delphine Romain Éloïse Arnaud Clémence Fatou "
    "Mathieu Josiane Bastien Maëlle",
    "es": "José María Guadalupe Francisco Dolores Ignacio Pilar Fernando Rocío Álvaro Lucía Joaquín "
    "Consuelo Rodrigo Paloma Javier Esperanza Gonzalo Inmaculada Sergio Beatriz Andrés Nuria "
    "Ximena Hugo",
    "it": "Giovanni Francesca Giuseppe Chiara Alessandro Federica Lorenzo Ludovica Salvatore Paola "
    "Vincenzo Silvia Matteo Giorgia Luigi Antonella Riccardo Caterina Massimo Ornella Fabio "
    "Beppe Nicoletta Enzo Ilaria",
    "pt": "João Inês Tiago Conceição Rui Mafalda Gonçalo Leonor Vasco Teresa Duarte Catarina Nuno "
    "Margarida Paulo Filipa Thiago Juliana Caio Larissa Wesley Rafaela Otávio Camila Davi",
    "nl": "Willem Annemieke Pieter Saskia Joost Marijke Hendrik Femke Bas Liesbeth Ruud Geertje "
    "Maarten Esmée Koen Hilde Sjoerd Fleur Wouter Roos Gijs Lotte Daan Sanne Thijs",
    "pl": "Agnieszka Krzysztof Małgorzata Tomasz Katarzyna Paweł Joanna Piotr Zofia Grzegorz Ewelina "
    "Marek Halina Bartosz Jadwiga Łukasz Beata Rafał Wiesława Dawid Urszula Zbigniew Iwona "
    "Maciej Kinga",
    "tr": "Ayşe Mehmet Fatma Mustafa Zeynep Emre Elif Hüseyin Merve Kemal Gülşen Serkan Özlem Tolga "
    "Dilek Burak Hatice Cem Sevgi Orhan Nazlı Volkan Esra Barış Defne",
    "sv": "Gunilla Lars Ingrid Björn Åsa Anders Birgitta Magnus Kerstin Håkan Linnea Göran Ulrika "
    "Sven Maj-Britt Torbjörn Ebba Rolf Elsa Nils Frida Axel Tuva Jonas Saga",
    "hi": "Ananya Arjun Lakshmi Vikram Sunita Ramesh Kavita Sanjay Deepika Suresh Meera Rohan Pooja "
    "Harish Shreya Ganesh Divya Manoj Nandini Ashok Gayatri Kiran Usha Vijay Leela",
    "ja": "Haruto Sakura Takeshi Yuki Kenji Akiko Hiroshi Naoko Daiki Emi Satoshi Mariko Ryo Ayumi "
    "Shinji Kaori Makoto Chiyo Jun Tomoko Kazuo Midori Osamu Reiko Goro",
}  # fmt: skip
_FAMILY = {
    "en": "Long Ashworth Okafor Fletcher Whitaker O'Brien Hargreaves Pemberton Singh Blackwood",
    "de": "Müller Hoffmann Schröder Krüger Lang Vogel Weißmann Brandt Öztürk Zimmermann",
    "fr": "Lefèvre Moreau Dubois Garnier Beaumont Chevalier Rousseau Diallo Perrin Fontaine",
    "es": "García López Muñoz Domínguez Ibáñez Castaño Herrera Quintana Vega Zamora",
    "it": "Bianchi Ferrari Esposito Colombo Ricci Marchetti Gallo Conti Lombardi Fontana",
    "pt": "Silva Ferreira Nascimento Oliveira Magalhães Pacheco Rocha Teixeira Barbosa Cunha",
    "nl": "Bakker Visser Smit Meijer Mulder Dekker Hoekstra Kuipers Verhoeven Postma",
    "pl": "Kowalski Wiśniewski Zieliński Szymański Dąbrowski Kozłowska Wójcik Mazur Kaczmarek Pawlak",
    "tr": "Yılmaz Demir Şahin Çelik Aydın Kaya Polat Erdoğan Güneş Tekin",
    "sv": "Johansson Lindqvist Bergström Sjöberg Nyström Ekdahl Wallin Hedlund Ström Åberg",
    "hi": "Sharma Iyer Chatterjee Reddy Mehta Kulkarni Banerjee Nair Kapoor Joshi",
    "ja": "Tanaka Watanabe Yamamoto Kobayashi Matsumoto Inoue Shimizu Hayashi Nakamura Mori",
}
_HELLO = {
    "en": "Hi", "de": "Hallo", "fr": "Bonjour", "es": "Hola", "it": "Ciao", "pt": "Olá",
    "nl": "Hoi", "pl": "Hello", "tr": "Hello", "sv": "Hello", "hi": "Dear", "ja": "Dear",
}  # fmt: skip
_FORMAL = {
    "en": "Dear Ms", "de": "Sehr geehrte Frau", "fr": "Chère Mme", "es": "Estimado Sr.",
    "it": "Gentile Dott.ssa", "pt": "Prezado Sr.", "nl": "Geachte heer", "pl": "Dear Mr",
    "tr": "Dear Dr.", "sv": "Dear Prof. Dr.", "hi": "Dear Mrs.", "ja": "Dear Mr.",
}  # fmt: skip
_NICKNAMES = {
    "Elizabeth": "Liz", "William": "Bill", "Margaret": "Peggy", "Thomas": "Tom",
    "Catherine": "Kate", "Robert": "Bob", "Jennifer": "Jenny", "Michael": "Mike", "Susan": "Sue",
    "Daniel": "Dan", "Rebecca": "Becky", "Christopher": "Chris", "Victoria": "Vicky",
    "Benjamin": "Ben", "Deborah": "Debbie", "Matthew": "Matt", "Patricia": "Pat", "Edward": "Ted",
    "Samantha": "Sam", "Nicholas": "Nick", "Wolfgang": "Wolf", "Katharina": "Kathi",
    "Francisco": "Paco", "José": "Pepe", "Dolores": "Lola", "Giuseppe": "Beppe",
    "Vincenzo": "Enzo", "Alessandro": "Sandro", "Małgorzata": "Małgosia", "Tomasz": "Tomek",
    "Agnieszka": "Aga", "Krzysztof": "Krzysiek", "Ludovica": "Ludo", "Sebastian": "Basti",
}  # fmt: skip


class Somebody(NamedTuple):
    """A person and his language."""

    given: str
    family: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


def everybody() -> list[Somebody]:
    """Three hundred people, each given name once."""
    return [
        Somebody(given, _FAMILY[language].split()[index % 10], language)
        for language, names in _GIVEN.items()
        for index, given in enumerate(names.split())
    ]


def greetings_of(who: Somebody) -> Iterator[str]:
    """How somebody may be greeted: familiarly, formally, in full."""
    yield f"{_HELLO[who.language]} {who.given},"
    yield f"{_FORMAL[who.language]} {who.family},"
    yield f"Dear {who.name},"
    yield f"{_HELLO[who.language]} {who.given}, thank you for your mail."


def unusual_greetings_of(who: Somebody) -> Iterator[str]:
    """Honest ones that differ from the display name."""
    yield f"Hi {who.given.lower()},"
    yield f"Dear {who.given[0]}. {who.family},"
    yield f"Dear {who.name.upper()},"
    yield f"Dear {fold_name(who.name).title()},"
    yield f"Dear {who.family} {who.given},"
    yield f"Dear {who.given} and team,"
    yield f"Dear {who.given} and Ann,"
    yield f"Dear {who.given[0]},"
    yield f"{who.given},"
    yield f"Dear Dr. {who.name},"
    if who.given in _NICKNAMES:
        yield f"Hi {_NICKNAMES[who.given]},"


def mailboxes_of(who: Somebody, pick: random.Random) -> Iterator[str]:
    """How his display name and address may look, with given and family name in the former."""
    given, family = (fold_name(part).replace(" ", ".") for part in who[:2])
    addresses = (
        f"{given}.{family}@customer.example",
        f"{given[0]}{family}@customer.example",
        f"{given}{pick.randrange(100)}@mail.example",
        f"{family}.{given[0]}@customer.example",
        f"{given}.married@customer.example",
        f"moonlight{pick.randrange(1000)}@mail.example",
        f"x{pick.randrange(100000)}@customer.example",
    )
    yield f"{_quoted(who.name)} <{pick.choice(addresses)}>"
    yield f'"{who.family}, {who.given}" <{pick.choice(addresses)}>'
    yield f"{_quoted(who.name.upper())} <{pick.choice(addresses)}>"
    yield f'"Dr. {who.name}" <{pick.choice(addresses)}>'


def _quoted(name: str) -> str:
    return f'"{name}"'


def letter(to: str, greeting: str) -> Message:
    """A letter with that greeting."""
    return Message.email(
        sender="The Shop <orders@shop.example>",
        to=to,
        subject="Your parcel",
        text=f"{greeting}\n\nyour parcel left our house this morning.\n\nKind regards\nThe Shop\n",
    )
