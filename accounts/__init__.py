"""Who may act where: accounts, posts and the audit trail."""
