"""Who is acting. Until access control lands, the service listens on this machine only, and whoever reaches it acts."""

import getpass
import ipaddress
from typing import Annotated

from fastapi import Depends

LOCAL = "local"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("luoshi.example")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def cli_actor() -> str:
    """The name under which the command acts: `cli:<os user>`."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        # A container may run under a user id that has no name.
        return "cli:unknown"


def _actor() -> str:
    return LOCAL


Actor = Annotated[str, Depends(_actor)]
