"""The portal: settings, addresses, the runner, and the library that knows no app."""
