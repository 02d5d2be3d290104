"""What comes in and what goes out: values, refusals, lists, budgets (harvest-v2 2 to 4)."""
