"""Bad files: none may kill, hang or fool the sandbox."""
