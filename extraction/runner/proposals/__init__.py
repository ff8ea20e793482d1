"""Fields and tables proposed from examples: what is printed on documents that were read, without a schema and without a model."""
