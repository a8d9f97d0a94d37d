"""All an anonymous visitor can reach; the security border is this folder."""
