"""Settings, credentials and where secrets are kept."""
