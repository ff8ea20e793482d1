"""Puts made-up data on paper, as vector PDF. Typography only: nothing here invents values."""
