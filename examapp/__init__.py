"""Exams as they are sat, and what they mean."""

import os

# Before anything loads NumPy: matrices here are small, and processes are what share the cores. More
# threads of arithmetic wait for each other, which took twice the CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
