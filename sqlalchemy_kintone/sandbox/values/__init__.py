"""Field values: empty values, validation, normalisation, formulas, lookups."""
