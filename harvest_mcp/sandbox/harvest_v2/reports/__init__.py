"""The ten reports (harvest-v2 22)."""
