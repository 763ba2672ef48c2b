"""Links between tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def owner() -> models.ForeignKey[Any, Any]:
    """Return a link to the person whose a row is."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        db_index=False,
    )


def link(to: type[models.Model]) -> models.ForeignKey[Any, Any]:
    """Return a link without an index and a constraint of its own."""
    return models.ForeignKey(
        to,
        models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
