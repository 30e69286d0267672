"""The planner at her desk."""
