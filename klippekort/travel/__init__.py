"""How long the way takes: reckoned here, or asked of the municipality's own route server."""
