"""The documentation that the declarations write: reference, ODD page, diagram, notebooks; MkDocs puts it together."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder of the repository."""
