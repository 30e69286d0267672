"""Relatives and other proxies: who may do what for a citizen, from when until when."""
