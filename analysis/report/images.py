"""Figures of `analysis` as images within a page, with what they show in words."""

import base64
from io import BytesIO

import matplotlib
from markupsafe import Markup

from analysis.drawing import Picture, styled


def image_of(picture: Picture) -> Markup:
    """Return a picture as an SVG within an <img>: no script of it may run, and it says in English what it shows."""
    told = BytesIO()
    with matplotlib.rc_context(styled(None)):
        picture.savefig(told, format="svg", metadata={"Date": None, "Creator": None})
    encoded = base64.b64encode(told.getvalue()).decode()
    return Markup('<img lang="en" alt="{}" src="data:image/svg+xml;base64,{}">').format(picture.alt, encoded)
