"""What an administrator installs for a desk on a PostgreSQL cluster: roles, ``pg_hba``, settings, and units."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from shlex import join
from urllib.parse import quote

from dutydesk.cli._core.units import Reach, UnitNetwork, dispatcher_unit
from dutydesk.domain.frozen import value

OWNER, APPLICATION = "dutydesk_owner", "dutydesk_app"
Network = IPv4Network | IPv6Network

_ROLES = """\
-- Run once by a superuser of the cluster. {owner} makes the tables and upgrades them; {application} does the daily
-- work, and may neither change the log nor alter a table: dutydesk init grants it the rest.
CREATE ROLE {owner} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
CREATE ROLE {application} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT {connections};
CREATE ROLE replicator LOGIN REPLICATION;  -- each server streams from the primary as this one
GRANT pg_read_all_settings, pg_read_all_stats TO {owner}, {application};  -- for dutydesk doctor
CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {application};
\\password {owner}
\\password {application}
\\password replicator
"""

_HBA_HEAD = """\
# pg_hba.conf of every server, above all lines that are there, since the first line that fits decides: TLS only, these
# boxes only, and nobody else reaches the database.
"""
_HBA_END = "host    {database}  all  all  reject\n"

_SETTINGS = """\
# postgresql.conf of every server. A commit is answered once one standby has it, so that a primary that burns down
# takes nothing with it that anybody was told. Name two standbys, each within 2 ms: commits wait for the nearer one.
# While none of them is there no commit ends: leave synchronous_standby_names out until the first standby streams. Then
# set it on every server, and not on the first alone: a standby that is promoted would wait for nobody.
synchronous_commit = on
synchronous_standby_names = 'ANY 1 ({standbys})'
fsync = on
full_page_writes = on
wal_level = replica
max_wal_senders = 10
max_slot_wal_keep_size = 20GB        # a standby that is gone must not fill the primary's disk
max_connections = {connections_in_all}
ssl = on                             # with ssl_cert_file and ssl_key_file: a certificate for the name boxes use
password_encryption = scram-sha-256
log_connections = on
autovacuum = on
track_commit_timestamp = off
# Backups of the cluster itself: pg_basebackup once a day, and every segment of the log of changes.
archive_mode = on
archive_command = 'test ! -f /srv/archive/%f && cp %p /srv/archive/%f && sync /srv/archive/%f'
"""

_STANDBY_HEAD = """\
# Once on each other server, as the user postgres and into an empty data folder: the standby, from the first server.
# ~/.pgpass holds the password of replicator, ~/.postgresql/root.crt the authority of the servers' certificates. Where
# postgresql.conf is in the data folder it comes along: correct what is each server's own, as listen_addresses and the
# certificate. If the first server has the slot already, leave --create-slot out.
"""
_STANDBY_OF_THE_NEXT = """\
# When {first} has died and another server was promoted, here {next}: the same on {first}, into an emptied data folder.
"""
_BOX_HEAD = """\
# On each box, all owned by {account}: the folder {home}, mode 700; in it cluster-ca.pem, the authority of the
# servers' certificates, and pgpass, mode 600, with a line for each server such as
#   {server}:{port}:{database}:{application}:PASSWORD
# The outbox is one folder that all boxes share: a box that delivered elsewhere would not see what has gone out already,
# and send it again. So {home}/desk.toml is the same on each box; where bureaus have routes, it names these in
# place of the outbox.
"""
_INIT_HEAD = """\
# Once, on one box, as {account}, with the owner's password in the file that PGPASSFILE names. It makes the key that
# signs what is handed over: copy {home}/desk.url-delivery-key-* to the same place on each other box, mode 600.
"""

_UNIT_HEAD = """\
 on each box: the dispatcher of this box. Those of other boxes wait, and take over
# when it ends. Officers reach the console of any box. It delivers to the outbox of desk.toml, as a console does while
# no dispatcher runs; each folder that is named there stands in ReadWritePaths."""

#: The most that one box opens at once: consoles, dispatcher and commands of one shift, each with a few sessions.
_CONNECTIONS_OF_A_BOX = 60
_OWN_OF_THE_CLUSTER = 40


@value(frozen=True, slots=True)
class ClusterPlan:
    """``servers`` are the cluster's hosts as boxes name them, ``boxes`` and ``server_networks`` their addresses."""

    servers: Sequence[str]
    server_networks: Sequence[Network]
    boxes: Sequence[Network]
    database: str
    account: str
    home: str
    outbox: str

    @property
    def url(self) -> str:
        """What the boxes give as ``--db``: the daily work's role, every server, the server's name checked."""
        return self._url_of(APPLICATION)

    @property
    def owner_url(self) -> str:
        """What ``init`` gives: the role that may make tables."""
        return self._url_of(OWNER)

    def _url_of(self, role: str) -> str:
        certificate = quote(f"{self.home}/cluster-ca.pem")
        return (
            f"postgresql://{role}@{','.join(self.servers)}/{self.database}"
            f"?sslmode=verify-full&sslrootcert={certificate}"
        )


def cluster_pages(plan: ClusterPlan, program: Sequence[str]) -> dict[str, str]:
    """Each text by its name, in the order in which an administrator needs them. ``program`` starts dutydesk."""
    connections = _CONNECTIONS_OF_A_BOX * len(plan.boxes)
    command = [*program, "--db", plan.url, "--home", plan.home, "dispatch", "--journal"]
    return {
        "roles": _ROLES.format(owner=OWNER, application=APPLICATION, database=plan.database, connections=connections),
        "pg_hba": _hba(plan),
        "settings": _SETTINGS.format(
            standbys=", ".join(_standby_name(server) for server in plan.servers),
            connections_in_all=connections + _OWN_OF_THE_CLUSTER,
        ),
        "standby": _standbys(plan.servers),
        "box": _box(plan),
        "unit": dispatcher_unit(
            _UNIT_HEAD,
            plan.account,
            command,
            [plan.home, plan.outbox],
            UnitNetwork(Reach.THIS_MACHINE, [str(each) for each in plan.server_networks], is_online=True),
            environment=[f"PGPASSFILE={plan.home}/pgpass"],
        ),
        "init": _INIT_HEAD.format(home=plan.home, account=plan.account)
        + join([*program, "--db", plan.owner_url, "--home", plan.home, "init"])
        + "\n",
    }


def _hba(plan: ClusterPlan) -> str:
    lines = [
        f"hostssl {plan.database}  {role}  {network}  scram-sha-256\n"
        for role in (APPLICATION, OWNER)
        for network in plan.boxes
    ]
    standbys = [f"hostssl replication  replicator  {network}  scram-sha-256\n" for network in plan.server_networks]
    return _HBA_HEAD + "".join(lines + standbys) + _HBA_END.format(database=plan.database)


def _box(plan: ClusterPlan) -> str:
    """What is in the folder of each box before a store is made."""
    server, port = _parts(plan.servers[0])
    words = {"home": plan.home, "account": plan.account, "database": plan.database, "application": APPLICATION}
    head = _BOX_HEAD.format(server=server, port=port, **words)
    return f"{head}[transport]\noutbox = [{json.dumps(plan.outbox, ensure_ascii=False)}]\n"


def _standbys(servers: Sequence[str]) -> str:
    """The command for each server but the first, and the one by which the first follows the next one later."""
    pages = _STANDBY_HEAD + "".join(_standby(servers[0], each) for each in servers[1:])
    if len(servers) == 1:
        return pages
    head = _STANDBY_OF_THE_NEXT.format(first=_parts(servers[0])[0], next=_parts(servers[1])[0])
    return f"{pages}{head}{_standby(servers[1], servers[0])}"


def _standby(primary: str, standby: str) -> str:
    """The command that makes a standby; it keeps a slot on the primary, so that no change is missed."""
    host, port = _parts(primary)
    name, _ = _parts(standby)
    line = f"host={host} port={port} user=replicator sslmode=verify-full application_name={name}"
    slot = re.sub(r"[^a-z0-9_]", "_", name.lower())
    options = ["--write-recovery-conf", "--create-slot", "--slot", slot, "--dbname", line]
    return f"{join(['pg_basebackup', '--pgdata', 'DATA_FOLDER', *options])}  # on {name}\n"


def _parts(server: str) -> tuple[str, str]:
    host, _, port = server.partition(":")
    return host, port or "5432"


def _standby_name(server: str) -> str:
    """The ``application_name`` that a server's own standby connection gives; quoted, as it may hold a dot."""
    return f'"{_parts(server)[0]}"'
