"""Draw shapes and text; the only package besides `ui.icon` with Pillow."""
