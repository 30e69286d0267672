"""The laboratory: one citizen's life replayed under one scheme, by the same rules as everything."""
