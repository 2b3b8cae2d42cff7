"""What things cost, measured on the real server, in a home that is made for it and removed."""

import examapp  # noqa: F401  (its bound on threads comes before NumPy)
