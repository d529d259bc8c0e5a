"""Texts that are translated when they are shown. Their type stands in the stubs, not needed at run time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as StrOrPromise
else:
    StrOrPromise = str
