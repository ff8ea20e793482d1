"""One module for each field type; `registry.field_type` finds its rules. How to add one: CONTRIBUTING.md."""
