"""Reading accounts. `*_get_for` are the doors: missing and invisible are the same NotFound."""
