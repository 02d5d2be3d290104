"""The names of the variables for serving over HTTP, without importing what reads them."""

HTTP = tuple(
    f"HARVEST_MCP_{name}"
    for name in (
        *("HTTP", "PUBLIC_URL", "ALLOWED_HOSTS", "ALLOWED_ORIGINS", "TRUSTED_PROXIES", "ROOT_PATH", "WORKERS"),
        *("AUTH", "ISSUER", "AUDIENCES", "ACCOUNT", "DRAIN_SECONDS", "METRICS"),
        *("CLIENT_ID", "CLIENT_SECRET", "VAULT_KEYS", "VENDOR_CLIENT_ID", "VENDOR_CLIENT_SECRET"),
    )
)
