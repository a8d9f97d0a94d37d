"""The pages of the public app, one module a subject; none asks who is there."""
