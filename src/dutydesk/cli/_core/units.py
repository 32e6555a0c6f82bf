"""The systemd unit of a dispatcher, on a box of its own and on one of several that share a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

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
ReadWritePaths={folder}
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


class Reach(Enum):
    """What the unit may reach by a network; the value is its lines of the unit."""

    NOTHING = "PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX"
    THIS_MACHINE = (
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\nIPAddressDeny=any\nIPAddressAllow=localhost{addresses}"
    )
    EVERYTHING = "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6"


def dispatcher_unit(
    head: str,
    account: str,
    command: str,
    folder: str,
    reach: Reach,
    *,
    addresses: Sequence[str] = (),
    environment: Sequence[str] = (),
) -> str:
    """The unit. ``command`` is as for a shell; ``addresses`` may be reached beside ``THIS_MACHINE``.

    The unit waits for the network where it has ``addresses``.
    """
    return _UNIT.format(
        head=head,
        after=_ONLINE if addresses else _LOCAL,
        account=account,
        environment="".join(f"Environment={each}\n" for each in environment),
        command=command.replace("%", "%%"),
        folder=folder,
        network=reach.value.format(addresses="".join(f" {each}" for each in addresses)),
    )
