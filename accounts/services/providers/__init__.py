"""AI providers of an organisation, and the models that they serve."""
