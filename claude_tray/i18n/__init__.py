"""Translations, and formats of numbers, money and times."""
