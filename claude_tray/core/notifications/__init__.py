"""Notifications: kinds, triggers, and the policy that sends them."""
