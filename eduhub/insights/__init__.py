"""What leads see: who delivered what, where, and what classes said before and after. Reads only; nobody imports it."""
