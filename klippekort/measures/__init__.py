"""How a citizen feels, asked with her consent by published scales, and the duties that follow."""
