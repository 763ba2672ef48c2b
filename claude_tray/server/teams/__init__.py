"""Teams: roles, invitations, shared accounts, budgets, alerts, audit log."""
