"""Invented customers with the names, addresses and numbers that real ones have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from sendguard.matching import Contact

_GIVEN = (
    "James", "Mary", "John", "Patricia", "Robert", "Jennifer", "Michael", "Linda", "David",
    "Elizabeth", "William", "Barbara", "Richard", "Susan", "Joseph", "Jessica", "Thomas",
    "Sarah", "Charles", "Karen", "Christopher", "Lisa", "Daniel", "Nancy", "Matthew", "Betty",
    "Anthony", "Margaret", "Mark", "Sandra", "Donald", "Ashley", "Steven", "Kimberly", "Paul",
    "Emily", "Andrew", "Donna", "Joshua", "Michelle", "Kenneth", "Carol", "Kevin", "Amanda",
    "Brian", "Melissa", "George", "Deborah", "Edward", "Stephanie", "Ronald", "Rebecca",
    "Timothy", "Laura", "Jason", "Helen", "Jeffrey", "Sharon", "Ryan", "Cynthia", "Jacob",
    "Kathleen", "Gary", "Amy", "Nicholas", "Anna", "Eric", "Angela", "Jonathan", "Ruth",
    "Maria", "Jose", "Carmen", "Antonio", "Manuel", "Pilar", "Lucia", "Javier", "Elena",
    "Pablo", "Marco", "Giulia", "Luca", "Francesca", "Paolo", "Chiara", "Matteo", "Sofia",
    "Pierre", "Marie", "Jean", "Camille", "Luc", "Chloé", "Hugo", "Inès", "Stefan", "Sabine",
    "Jürgen", "Anke", "Uwe", "Heike", "Klaus", "Birgit", "Matthias", "Ulrike", "Jan", "Femke",
    "Sander", "Marieke", "João", "Inês", "Rui", "Beatriz", "Priya", "Arjun", "Mei", "Wei",
    "Yuki", "Haruto", "Fatima", "Omar", "Aisha", "Mehmet", "Olga", "Ivan", "Agnieszka", "Piotr",
    "Zoë", "Søren", "Åsa",
)  # fmt: skip
_FAMILY = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez",
    "Martinez", "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Taylor",
    "Moore", "Jackson", "Martin", "Lee", "Perez", "Thompson", "White", "Harris", "Sanchez",
    "Clark", "Ramirez", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright",
    "Scott", "Torres", "Nguyen", "Hill", "Flores", "Green", "Adams", "Nelson", "Baker", "Hall",
    "Rivera", "Campbell", "Mitchell", "Carter", "Roberts", "Gomez", "Phillips", "Evans",
    "Turner", "Diaz", "Parker", "Cruz", "Edwards", "Collins", "Reyes", "Stewart", "Morris",
    "Morales", "Murphy", "Cook", "Rogers", "Gutierrez", "Ortiz", "Morgan", "Cooper", "Peterson",
    "Bailey", "Reed", "Kelly", "Howard", "Ramos", "Kim", "Cox", "Ward", "Richardson", "Watson",
    "Brooks", "Chavez", "Wood", "Bennett", "Gray", "Mendoza", "Ruiz", "Hughes", "Price",
    "Alvarez", "Castillo", "Sanders", "Patel", "Myers", "Long", "Ross", "Foster", "Jimenez",
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
    "Hoffmann", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz",
    "Zimmermann", "Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Werner", "Krause",
    "Lehmann", "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci",
    "Marino", "Greco", "Bruno", "Gallo", "Conti", "Costa", "Dubois", "Durand", "Leroy",
    "Moreau", "Lefebvre", "Girard", "Bonnet", "Lambert", "Fontaine", "Rousseau", "Faure",
    "Mercier", "Blanc", "O'Brien", "O'Connor", "McCarthy", "Fitzgerald", "Walsh", "Jansen",
    "Bakker", "Visser", "Smit", "Kowalski", "Nowak", "Novák", "Kovács", "Silva", "Santos",
    "Ferreira", "Pereira", "Oliveira", "Sousa", "Yamamoto", "Tanaka", "Suzuki", "Chen", "Wang",
    "Singh", "Kumar", "Khan",
)  # fmt: skip
_ROADS = (
    "Harbour", "Mill", "Church", "Station", "Park", "Orchard", "Victoria", "Chapel", "School",
    "Meadow", "Castle", "Bridge", "Garden", "Forest", "River", "Spring", "Hillside", "Abbey",
    "Windsor", "Kingsway", "Linden", "Maple", "Cedar", "Willow", "Birch", "Juniper", "Heron",
    "Falcon", "Kestrel", "Quarry", "Foundry", "Weaver", "Saddler", "Cooper", "Thatcher",
    "Priory", "Minster", "Lantern", "Anchor", "Beacon",
)  # fmt: skip
_KINDS = ("Road", "Street", "Lane", "Avenue", "Close", "Drive", "Way", "Terrace")
_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "icloud.com", "gmx.net", "web.de")
_SYLLABLES = ("ba", "den", "fro", "gel", "hin", "kor", "lau", "mer", "nis", "pol", "rud", "ste")


def contacts(count: int, seed: int) -> Iterator[Contact]:
    """That many customers with one contact each, and a second one for every fifth.

    Names follow Zipf's law, so that the common ones are borne by several customers.
    """
    random = Random(seed)
    given = list(accumulate(1 / (rank + 8) for rank in range(len(_GIVEN))))
    family = list(accumulate(1 / (rank + 8) for rank in range(len(_FAMILY))))
    for number in range(count):
        last = random.choices(_FAMILY, cum_weights=family)[0]
        if random.random() < 0.35:  # as half of all people, he has a name that is rare
            last = "".join(random.choices(_SYLLABLES, k=3)).capitalize()
        road = f"{random.randrange(1, 200)} {random.choice(_ROADS)} {random.choice(_KINDS)}"
        for person in range(1 + (number % 5 == 0)):
            first = random.choices(_GIVEN, cum_weights=given)[0]
            local = f"{first}.{last}{number if random.random() < 0.6 else ''}".lower()
            local = "".join(each for each in local if each.isascii() and each != "'")
            yield Contact(
                f"c{number}-{person}",
                f"K{10_000 + number}",
                f"{first} {last}",
                (f"{local}@{random.choice(_MAIL)}",),
                (f"+4416{random.randrange(10**8):08}",),
                (road, _card(random), f"INV-2026-{number * 7 + person:06}") if not person else (),
            )


def _card(random: Random) -> str:
    """A number of the form of a payment card, with its check digit (ISO/IEC 7812-1)."""
    digits = [4] + [random.randrange(10) for _ in range(14)]
    total = sum(d if at % 2 else (2 * d - 9 * (d > 4)) for at, d in enumerate(digits))
    number = "".join(map(str, [*digits, -total % 10]))
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))
