"""One module for each field type; `registry.field_type` finds its rules.

A new type takes four places: its name in `FieldType`, a module here with one class, that class in the registry, and its
examples in `tests/contract/test_field_types.py`. Whatever is forgotten stops the import or fails there.
"""
