"""The choices in force, and the data that comes with the program."""
