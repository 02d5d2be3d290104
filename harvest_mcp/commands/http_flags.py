"""The flags for serving over HTTP; nothing else is imported unless they are used."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import click

from harvest_mcp.commands.flags import gathering

FLAGS = (
    click.option("--http", metavar="HOST:PORT", help="Serve many clients over HTTP instead of one over stdin."),
    click.option(
        "--public-url", metavar="URL", help="Where people reach it, without /mcp; such as https://mcp.example."
    ),
    click.option("--issuer", metavar="URL", help="OpenID provider at which people sign in."),
    click.option("--audiences", metavar="NAMES", help="Whom a token must be for; this server's address unless given."),
    click.option("--auth", metavar="WAY", help="oidc, or none: nobody signs in, on this machine only."),
    click.option(
        "--account", metavar="WHOSE", help="shared: all work in the account of the settings; own: each in theirs."
    ),
    click.option("--client-id", metavar="ID", help="Who the pages are at the provider that people sign in to."),
    click.option("--vendor-client-id", metavar="ID", help="Your program at Harvest, to connect accounts with."),
    click.option("--allowed-hosts", metavar="NAMES", help="Further host names to answer to."),
    click.option("--allowed-origins", metavar="URLS", help="Web pages whose scripts may call, such as an inspector."),
    click.option("--trusted-proxies", metavar="ADDRESSES", help="Whose X-Forwarded-For and -Proto count."),
    click.option("--root-path", metavar="PATH", help="Path that a proxy in front removes, such as /harvest."),
    click.option("--workers", metavar="NUMBER", help="Processes to serve with; more than one needs PostgreSQL."),
    click.option("--metrics", metavar="HOST:PORT", help="Serve counters there, in Prometheus' text format."),
    click.option("--drain-seconds", metavar="SECONDS", help="Seconds from not ready to closed at a stop; 5."),
)
NAMES = (
    *("http", "public_url", "issuer", "audiences", "auth", "account", "allowed_hosts", "allowed_origins"),
    *("trusted_proxies", "root_path", "workers", "drain_seconds", "metrics", "client_id", "vendor_client_id"),
)
VARIABLES = ("HARVEST_MCP_HTTP", "HARVEST_MCP_HTTP_FILE")


def http_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags to a command, which receives them as one mapping `http`."""
    return gathering(command, FLAGS, NAMES, into="http")


def served(given: Mapping[str, Any], http: Mapping[str, Any], opened: Callable[..., Any], *, embedded: bool) -> bool:
    """Serve over HTTP if that is asked for; return False if not."""
    if not (http["http"] or any(os.environ.get(name) for name in VARIABLES)):
        return False
    from harvest_mcp.commands import http as over_http  # noqa: PLC0415 - brings a server with it

    over_http.serve(given, http, opened, embedded=embedded)
    return True
