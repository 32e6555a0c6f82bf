"""The systemd unit of a dispatcher, on a box of its own and on one of several that share a cluster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from ipaddress import ip_address
from typing import Final, NamedTuple

_UNIT = """\
# /etc/systemd/system/dutydesk.service{head}
[Unit]
Description=dutydesk dispatcher
{after}

[Service]
Type=notify
NotifyAccess=main
# Longer than the dispatcher waits for a transport that does not answer; one that hangs for longer is started again.
WatchdogSec=360
User={account}
UMask=0007
{environment}ExecStart={command}
Restart=always
RestartSec=1
KillSignal=SIGTERM
TimeoutStopSec=60
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={folders}
PrivateTmp=yes
PrivateDevices=yes
# The command of [alarm] in desk.toml runs under all of this too.
{network}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
"""
_LOCAL = "After=local-fs.target"
_ONLINE = "After=network-online.target\nWants=network-online.target"


_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9_@:,./+=?&~^-]+", re.ASCII)


def unit_word(text: str) -> str:
    """A value as it stands in a unit: quoted where it needs to be, and no specifier (systemd.unit, "Specifiers")."""
    escaped = text.replace("%", "%%")
    if _PLAIN_WORD.fullmatch(text):
        return escaped
    escaped = escaped.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unit_command(command: Sequence[str]) -> str:
    """A command as ExecStart takes it, without variables (systemd.service, "Command lines")."""
    return " ".join(unit_word(word).replace("$", "$$") for word in command)


class Reach(Enum):
    """What the unit may reach by a network; the value is its lines of the unit."""

    NOTHING = "PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX"
    THIS_MACHINE = (
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\nIPAddressDeny=any\nIPAddressAllow=localhost{addresses}"
    )
    EVERYTHING = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"


class UnitNetwork(NamedTuple):
    """``addresses`` may be reached beside ``THIS_MACHINE``; ``is_online``: the unit waits for the network."""

    reach: Reach
    addresses: Sequence[str] = ()
    is_online: bool = False


def network_to(hosts: Sequence[str]) -> UnitNetwork:
    """What reaches these servers and, as far as they are addresses, nothing else."""
    addresses: list[str] = []
    reach = Reach.NOTHING
    for host in hosts:
        if not host or host.startswith("/"):
            continue
        reach = Reach.THIS_MACHINE
        if host == "localhost" or host.startswith("@"):
            continue
        try:
            address = ip_address(host)
        except ValueError:
            return UnitNetwork(Reach.EVERYTHING, is_online=True)
        if not address.is_loopback:
            addresses.append(str(address))
    return UnitNetwork(reach, addresses, is_online=bool(addresses))


def dispatcher_unit(
    head: str,
    account: str,
    command: Sequence[str],
    folders: Sequence[str],
    network: UnitNetwork,
    *,
    environment: Sequence[str] = (),
) -> str:
    return _UNIT.format(
        head=head,
        after=_ONLINE if network.is_online else _LOCAL,
        account=account,
        environment="".join(f"Environment={unit_word(each)}\n" for each in environment),
        command=unit_command(command),
        folders=" ".join(map(unit_word, folders)),
        network=network.reach.value.format(addresses="".join(f" {each}" for each in network.addresses)),
    )
