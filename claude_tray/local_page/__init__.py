"""
Show everything in a local web page, without sign-in and without a server.

A process of its own serves it on a random port of the loopback interface. It
is started on demand and ends when nobody has used it for ten minutes.
"""
