"""What Melodee answers over Subsonic's API: responses, what writes them, and how rows of the catalogue become them."""
