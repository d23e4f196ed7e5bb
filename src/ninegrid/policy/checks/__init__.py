"""What must hold for a policy: every broken rule with the path of its key."""
