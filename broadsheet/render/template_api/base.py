"""What all globals with methods have in common."""

from __future__ import annotations


class TemplateObject:
    """An object that layouts can ask; its repr is the name of its class.

    The repr that Python would give it contains an address, which differs from run to run.
    """

    def __repr__(self) -> str:
        return type(self).__name__
