"""Time entries, timers and timesheets, which only Harvest has."""
