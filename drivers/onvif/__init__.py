"""Cameras as they speak of themselves (ONVIF): found, described, their clock, their own alarms.

A second witness beside the pictures, never the only one. Whatever comes from the network is data or
an `OnvifFailed`, within two seconds and one MiB.
"""
