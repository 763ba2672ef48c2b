"""How numbers, money and times are written for people."""
