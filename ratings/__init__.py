"""How it is judged: regulations, dossiers and their workflow, decisions, recognitions."""
