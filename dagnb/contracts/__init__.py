"""Contracts: the Protocols between the rooms, and the records that they exchange."""
