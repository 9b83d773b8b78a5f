"""What others test their own work with; no other part of burnlib but the command uses it."""
