"""Show drawn pictures in native windows and handle mouse and keyboard."""
