"""Those who oversee: who looked at whom, what is forgotten when, what was put right."""
