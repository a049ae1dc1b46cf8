"""The whole site: real agents, devices, brokers and collectors, and what kills them."""
