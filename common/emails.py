"""The one form in which an email address is compared, stored and shown."""


def normalised_email(raw: str) -> str:
    """*raw* trimmed and in lower case; "" when it holds no address.

    A contact is one normalised email. Anything without an "@" between two parts is no address: a contact made
    from it could never be matched or mailed.
    """
    email = raw.strip().lower()
    local, _, domain = email.rpartition("@")
    if not local or not domain or " " in email or not email.isprintable():  # of blanks only " " is printable
        return ""
    return email
