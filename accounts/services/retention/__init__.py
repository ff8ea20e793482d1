"""How long an organisation keeps documents."""
