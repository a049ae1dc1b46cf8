"""What inspectors check on the road, and what their scans give away."""
