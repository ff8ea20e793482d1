"""Settings of the installation and security rules of an organisation."""
