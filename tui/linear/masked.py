"""Personal data made unreadable for those who listen along, and still told apart from another's."""

_HIDDEN = "***"


def address(email: str) -> str:
    """ "ann@example.com" -> "a***@e***"; "" stays."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}{_HIDDEN}{at}{domain[:1]}{_HIDDEN}" if email else ""


def name(person: str) -> str:
    """ "Ann Lee" -> "A*** L***"; "" stays."""
    return " ".join(f"{word[:1]}{_HIDDEN}" for word in person.split())


def phone(number: str) -> str:
    """Its last two characters; "" stays."""
    return f"{_HIDDEN}{number[-2:]}" if number else ""
