"""Who may: people, their device tokens, refused sign-ins."""
