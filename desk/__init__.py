"""What a signed-in person lands on across the apps: my work, news editing, navigation."""
