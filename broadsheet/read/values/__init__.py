"""The fields whose values need rules of their own: one module for each sort of value.

Each function takes the ``FieldReader`` of a file, returns the value of a field, and adds its problems to it.
"""
