"""What staff, relatives and citizens are asked about proxies."""
