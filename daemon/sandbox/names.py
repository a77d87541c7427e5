"""Names, places and awkward texts of the sandbox: people of many cultures, none of them real."""

from typing import NamedTuple


class Place(NamedTuple):
    """A town with the address parts the store keeps beside it."""

    city: str
    state: str
    zip: str
    country: str
    iso2: str
    locale: str


PEOPLE: tuple[tuple[str, str], ...] = (
    ("Ann", "Lee"),
    ("Robert", "Ortiz"),
    ("Carla", "Nunes"),
    ("Priya", "Raman"),
    ("Yusuf", "Demir"),
    ("Zoë", "Brontë"),
    ("José", "Muñoz"),
    ("Ingrid", "Bjørnsson"),
    ("Łukasz", "Wiśniewski"),
    ("Chidi", "Okonkwo"),
    ("Fatima", "Al-Zahrani"),
    ("Noa", "Ben-David"),
    ("Siobhán", "O'Connor"),
    ("Nguyễn", "Văn An"),
    ("Mehmet", "Çelik"),
    ("Giulia", "D'Angelo"),
    ("François", "Lefèvre"),
    ("Sven", "Åkesson"),
    ("Anastasia", "Petrova"),
    ("Дмитрий", "Соколов"),
    ("Ελένη", "Παπαδοπούλου"),
    ("田中", "太郎"),
    ("佐藤", "花子"),
    ("王", "小明"),
    ("김", "민수"),
    ("محمد", "الأحمد"),
    ("רות", "לוי"),
    ("आरव", "शर्मा"),
    ("สมชาย", "ใจดี"),
    ("Aroha", "Tamati"),
    ("Keanu", "Kahale"),
    ("Thandiwe", "Dlamini"),
    ("Amara", "Diallo"),
    ("Mateo", "Quispe"),
    ("Beatriz", "van der Berg"),
    ("Jean-Luc", "Saint-Pierre"),
    ("Min-jun", "Park"),
    ("Olivia", "Hughes"),
    ("Noah", "Schäfer"),
    ("Emma", "Virtanen"),
)

PLACES: tuple[Place, ...] = (
    Place("Austin", "Texas", "78701", "United States", "US", "en"),
    Place("Portland", "Oregon", "97205", "United States", "US", "en"),
    Place("Boston", "Massachusetts", "02108", "United States", "US", "en"),
    Place("San José", "California", "95112", "United States", "US", "en"),
    Place("Toronto", "Ontario", "M5H 2N2", "Canada", "CA", "en"),
    Place("Montréal", "Quebec", "H2Y 1C6", "Canada", "CA", "fr"),
    Place("London", "England", "SW1A 2AA", "United Kingdom", "GB", "en"),
    Place("Dublin", "Leinster", "D02 X285", "Ireland", "IE", "en"),
    Place("Köln", "Nordrhein-Westfalen", "50667", "Germany", "DE", "de"),
    Place("Łódź", "Łódzkie", "90-001", "Poland", "PL", "pl"),
    Place("Lisboa", "Lisboa", "1100-148", "Portugal", "PT", "pt"),
    Place("東京都", "千代田区", "100-0001", "Japan", "JP", "ja"),
    Place("Sydney", "New South Wales", "2000", "Australia", "AU", "en"),
    Place("São Paulo", "São Paulo", "01310-100", "Brazil", "BR", "pt"),
    Place("México", "Ciudad de México", "06000", "Mexico", "MX", "es"),
)

STREETS: tuple[str, ...] = (
    "Main St",
    "Oak Avenue",
    "Rue de la Paix",
    "Hauptstraße",
    "Calle Mayor",
    "Via Roma",
    "Harbour Road",
    "中央通り",
    "ul. Piotrkowska",
    "Elm Grove",
)

COMPANIES: tuple[str, ...] = ("Blue Heron Cafe", "Nordlys AS", "Kettle & Twine", "Ocho Ríos S.A.", "Müller GmbH")

MAIL_HOSTS: tuple[str, ...] = ("example.com", "example.org", "example.net")

HOSTILE: tuple[str, ...] = (
    "\x1b[31mRed\x1b[0m Alert",  # terminal colour codes
    "\x1b]0;owned\x07Title",  # sets a terminal's title
    "Anna \u202egpj.exe",  # right-to-left override
    "Z̷̛̗a̸̢͝l̴̨͘g̶̡̈́o̵̢͠",  # stacked combining marks
    "👩‍👩‍👧‍👦 家族",  # one wide glyph of many code points
    "[red]markup[/] [link=x]y",  # console markup
    "=cmd|' /C calc'!A0",  # a spreadsheet formula
    "+1+1",
    "@SUM(A1:A9)",
    "Line\nBreak\r\nName",
    "Tab\tNull\x00Bell\x07",
    '"; drop table contact; --',
    "<script>alert(1)</script>",
    "Long" + "g" * 296,  # 300 characters
    "\u200b\u2066 isolate \u2069",
    "Ａｎｎ　Ｌｅｅ",  # full-width letters
)
