"""The network between the workload's client and the service: a TCP proxy, and the way past it.

It needs nothing of an engine or a kernel (``tc netem`` is in few of them), so every target has it.
The idea of a proxy that does harm on demand is Toxiproxy's (https://github.com/Shopify/toxiproxy).
"""
