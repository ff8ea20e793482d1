"""The made-up world that samples speak of: companies, addresses, goods, identifiers, locales. Nothing in it is real."""
