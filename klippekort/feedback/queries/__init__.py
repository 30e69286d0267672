"""Reading what people think."""
